import type { DockerEvent } from '../../model/event.ts';
import { redactText } from '../redact.ts';

/** ECS event.category and event.type. */
export interface EventClass {
  readonly category: readonly string[];
  readonly type: readonly string[];
}

/** What ECS calls an event; what is not known is information about a process, or about the configuration. */
export function classOf({ type, action }: DockerEvent): EventClass {
  const [category, kind] =
    CLASSES.get(`${type} ${action}`) ??
    (type === 'container' ? ['process', 'info'] : (OTHER_CLASSES.get(action) ?? ['configuration', 'info']));
  return { category: [category], type: [kind] };
}

type CategoryAndType = readonly [category: string, type: string];

const CLASSES: ReadonlyMap<string, CategoryAndType> = new Map([
  ['container create', ['configuration', 'creation']],
  ['container destroy', ['configuration', 'deletion']],
  ['container rename', ['configuration', 'change']],
  ['container update', ['configuration', 'change']],
  ['container start', ['process', 'start']],
  ['container die', ['process', 'end']],
  ['container pause', ['process', 'change']],
  ['container unpause', ['process', 'change']],
  ['container health_status', ['process', 'change']],
  ['container oom', ['process', 'error']],
  ['network connect', ['network', 'start']],
  ['network disconnect', ['network', 'end']],
]);

/** By action, of all other types. */
const OTHER_CLASSES: ReadonlyMap<string, CategoryAndType> = new Map([
  ['create', ['configuration', 'creation']],
  ['pull', ['configuration', 'creation']],
  ['import', ['configuration', 'creation']],
  ['load', ['configuration', 'creation']],
  ['destroy', ['configuration', 'deletion']],
  ['delete', ['configuration', 'deletion']],
  ['remove', ['configuration', 'deletion']],
  ['prune', ['configuration', 'deletion']],
  ['tag', ['configuration', 'change']],
  ['untag', ['configuration', 'change']],
  ['update', ['configuration', 'change']],
  ['reload', ['configuration', 'change']],
]);

/** The attributes that may leave the process: the engine mixes all labels into them, and labels may hold secrets. */
export function attributesOf({ type, action, attributes }: DockerEvent): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  const keep = (name: string) => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value !== undefined) kept[name] = redactText(value, MAX_CHARACTERS);
  };
  for (const name of COMMON_OF.get(type) ?? NAME_ALONE) keep(name);
  for (const name of FURTHER_OF.get(`${type} ${action}`) ?? []) keep(name);
  return kept;
}

const NAME_ALONE = ['name'];
/** A store takes no value of more than 32,766 bytes. */
const MAX_CHARACTERS = 1024;

/** By type, on all of its events. */
const COMMON_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['container', ['name', 'image', 'com.docker.compose.project', 'com.docker.compose.service']],
  ['network', ['name', 'type', 'container']],
  ['volume', ['driver', 'container', 'destination', 'read/write', 'propagation']],
]);
/** What the engine adds to some actions; on any other action an attribute of that name is a label. */
const FURTHER_OF: ReadonlyMap<string, readonly string[]> = new Map([
  // Podman's word for it is the second.
  ['container die', ['exitCode', 'containerExitCode', 'execDuration']],
  ['container kill', ['signal']],
  ['container rename', ['oldName']],
]);
