import { describe, expect, test } from 'vitest';
import { createCgroupBed, ID, OTHER_ID, processOf, v2Group } from './cgroup-bed.ts';

const SCOPE = `system.slice/docker-${ID}.scope`;

function createV2Bed() {
  const bed = createCgroupBed();
  bed.write({ ...v2Group(SCOPE), ...processOf(7, `0::/${SCOPE}\n`) });
  return bed;
}

describe('whose process it is', () => {
  test('R47: a path that begins above the reader’s namespace is found by the name of the group', async () => {
    const { write, sample } = createV2Bed();
    write({ 'proc/7/cgroup': `0::/../docker-${ID}.scope\n` });
    expect((await sample()).samples.get(ID)?.cgroupPath).toBe(`/${SCOPE}`);
  });

  describe('our own container, whose group is the root of our cgroup namespace', () => {
    const own = { ...processOf(7, '0::/\n'), 'proc/self/cgroup': '0::/\n' };
    const members = (text: string) => ({ [`cgroup/${SCOPE}/cgroup.procs`]: text });

    test('is found by its name where our process is in it', async () => {
      const { write, sample } = createV2Bed();
      write({ ...own, ...members(`1\n${process.pid}\n`) });
      expect((await sample()).samples.get(ID)?.cgroupPath).toBe(`/${SCOPE}`);
    });

    test.each([
      // The kernel gives 0 for a process that our pid namespace does not have.
      ['our process is not in it', { ...own, ...members('0\n') }],
      ['we are in another group', { ...own, ...members(`${process.pid}\n`), 'proc/self/cgroup': '0::/user.slice\n' }],
      ['no group has its name', { ...own, [`cgroup/${SCOPE}`]: undefined }],
    ])('tells nothing where %s', async (_where, files) => {
      const { write, sample } = createV2Bed();
      write(files);
      expect(await sample()).toEqual({ samples: new Map(), obstacle: 'no-process' });
    });
  });

  test('a mount that begins below the machine’s root has the end of the path', async () => {
    const { write, sample } = createCgroupBed();
    write({ ...v2Group(`docker/${ID}`), ...processOf(7, `0::/docker/${OTHER_ID}/docker/${ID}\n`) });
    expect((await sample()).samples.get(ID)?.cgroupPath).toBe(`/docker/${ID}`);
  });

  test('what a search did not find is searched for again after a minute, whichever container asks', async () => {
    const { write, kernel, pass } = createV2Bed();
    const elsewhere = `kubepods.slice/docker-${OTHER_ID}.scope`;
    write({ ...processOf(8, `0::/../docker-${OTHER_ID}.scope\n`), ...processOf(7, `0::/../docker-${ID}.scope\n`) });
    const both = [
      { id: OTHER_ID, pid: 8, hasNetwork: false },
      { id: ID, pid: 7, hasNetwork: false },
    ];
    // The other's parent was seen on the way.
    expect([...(await kernel.sample(both)).samples.keys()]).toEqual([ID]);
    write(v2Group(elsewhere));
    pass(60_000);
    expect([...(await kernel.sample(both)).samples.values()].map(({ cgroupPath }) => cgroupPath)).toEqual([
      `/${elsewhere}`,
      `/${SCOPE}`,
    ]);
  });

  test('a search through many groups goes on with the next container, and with the next round', async () => {
    const { write, kernel } = createV2Bed();
    // All of one level are looked at before what is deeper.
    const many = Array.from({ length: 120 }, (_one, number) => v2Group(`system.slice/service-${number}.service`));
    const elsewhere = `kubepods.slice/a/b/docker-${OTHER_ID}.scope`;
    for (const group of many) write(group);
    write({ ...v2Group(elsewhere), ...processOf(8, `0::/../docker-${OTHER_ID}.scope\n`) });
    const hidden = { id: OTHER_ID, pid: 8, hasNetwork: false };
    const seen = { id: ID, pid: 7, hasNetwork: false };
    const rounds = [];
    for (let round = 0; round < 4; round++) rounds.push((await kernel.sample([hidden, seen])).samples.size);
    expect(rounds).toEqual([1, 1, 2, 2]);
    expect(await kernel.sample([hidden])).not.toHaveProperty('obstacle');
  });

  test('what the search for another went past in vain is found all the same', async () => {
    const { write, kernel } = createV2Bed();
    for (let number = 0; number < 70; number++) write(v2Group(`system.slice/service-${number}.service`));
    const elsewhere = `kubepods.slice/a/b/docker-${OTHER_ID}.scope`;
    const nowhere = 'c'.repeat(64);
    write({ ...v2Group(elsewhere), ...processOf(8, `0::/../docker-${OTHER_ID}.scope\n`) });
    write(processOf(9, `0::/../docker-${nowhere}.scope\n`));
    const hidden = { id: OTHER_ID, pid: 8, hasNetwork: false };
    const lost = { id: nowhere, pid: 9, hasNetwork: false };
    expect([...(await kernel.sample([hidden, lost])).samples.keys()]).toEqual([]);
    expect([...(await kernel.sample([hidden, lost])).samples.keys()]).toEqual([OTHER_ID]);
  });

  test('groups of the container’s own below its group, as systemd makes them, are passed over', async () => {
    const { write, sample } = createV2Bed();
    write({ 'proc/7/cgroup': `0::/${SCOPE}/init.scope\n` });
    expect((await sample()).samples.get(ID)?.sample.pids?.current).toBe(3);
  });

  test.each([
    ['somebody else’s', `0::/system.slice/docker-${OTHER_ID}.scope\n`],
    ['no container’s', '0::/init.scope\n'],
  ])('a pid that is %s tells nothing', async (_whose, cgroup) => {
    const { write, sample } = createV2Bed();
    write({ 'proc/7/cgroup': cgroup });
    expect(await sample()).toEqual({ samples: new Map(), obstacle: 'no-process' });
  });

  test('a pid that became somebody else’s tells nothing any more, and is no obstacle', async () => {
    const { write, sample } = createV2Bed();
    expect((await sample()).samples.size).toBe(1);
    write({ 'proc/7': undefined });
    write(processOf(7, `0::/system.slice/docker-${OTHER_ID}.scope\n`));
    expect(await sample()).toEqual({ samples: new Map() });
    expect(await sample()).toEqual({ samples: new Map(), obstacle: 'no-process' });
  });

  test('a container that starts again has its new process at once', async () => {
    const { write, sample } = createV2Bed();
    await sample();
    write({ 'proc/7': undefined, ...processOf(8, `0::/${SCOPE}\n`) });
    expect((await sample()).samples.size).toBe(0);
    expect((await sample(ID, 8)).samples.size).toBe(1);
  });

  test('without a pid nothing is read', async () => {
    const { kernel } = createV2Bed();
    expect(await kernel.sample([{ id: ID, pid: undefined, hasNetwork: true }])).toEqual({ samples: new Map() });
  });
});
