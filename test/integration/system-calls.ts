/** One system call of a trace of strace with -f and -y. */
export interface SystemCall {
  readonly name: string;
  /** As strace prints them, with the paths of descriptors. */
  readonly args: string;
  readonly result: string;
  /** Lines of the trace on which it began and ended: another thread's calls may lie between. */
  readonly began: number;
  readonly ended: number;
}

/** As strace prints one: whole, its begin, or its end. */
const LINE =
  /^(?<pid>\d+) +(?:<\.\.\. (?<resumed>\w+) resumed>|(?<name>\w+)\()(?<args>.*?)(?:(?<unfinished> <unfinished \.\.\.>)|\) += (?<result>.*))$/;

/** In the order in which they began; those that did not end are left out. */
export const parseTrace = (trace: string): readonly SystemCall[] => {
  const begun = new Map<string, Pick<SystemCall, 'name' | 'args' | 'began'>>();
  const calls: SystemCall[] = [];
  for (const [at, line] of trace.split('\n').entries()) {
    const { pid, name, args, unfinished, result } = LINE.exec(line)?.groups ?? {};
    if (pid === undefined || args === undefined) continue;
    const begin = name === undefined ? begun.get(pid) : { name, args: '', began: at };
    if (begin === undefined) continue;
    const call = { ...begin, args: begin.args + args };
    if (unfinished !== undefined) begun.set(pid, call);
    else calls.push({ ...call, result: result ?? '', ended: at });
  }
  return calls.sort((a, b) => a.began - b.began);
};
