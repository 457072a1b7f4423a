import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { Missing } from './need.ts';

/**
 * Says at the end what was skipped for want of a real part and how to enable it, then the one line of figures. With
 * HARBORLIGHT_TEST_REQUIRE=all whatever was skipped has failed.
 */
export const summaryReporter: Reporter = {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const suites = modules.flatMap((module) => [...module.children.allSuites()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that cannot be loaded and a hook that fails have no test of their own to show it.
    const broken = [...modules, ...suites].flatMap((task) => task.errors()).length + unhandled.length;
    const passed = inState('passed');
    const failed = inState('failed') + broken;
    const skipped = tests.length - passed - inState('failed');
    const lines = [...describeMissing(tests), `${passed} passed, ${failed} failed, ${skipped} skipped`];
    if (process.env['HARBORLIGHT_TEST_REQUIRE'] === 'all' && skipped > 0) {
      process.exitCode = 1;
      lines.splice(-1, 1, 'a skip is a failure here', `${passed} passed, ${failed + skipped} failed, 0 skipped`);
    }
    process.stdout.write(`${lines.join('\n')}\n`);
  },
};

const describeMissing = (tests: readonly TestCase[]): readonly string[] => {
  const found = new Map<string, Missing & { readonly count: number }>();
  for (const { part, remedy } of tests.flatMap(missingOf)) {
    found.set(part, { part, remedy, count: (found.get(part)?.count ?? 0) + 1 });
  }
  return [...found.values()].map(({ part, remedy, count }) => `skipped ${count} that need ${part}: ${remedy}`);
};

const missingOf = (test: TestCase): readonly Missing[] => {
  const all = new Map<string, Missing>();
  for (let task: TestCase | TestSuite | TestModule = test; task.type !== 'module'; task = task.parent) {
    for (const missing of task.meta().missing ?? []) all.set(missing.part, missing);
  }
  return [...all.values()];
};
