// Rules and layers. Biome formats; nothing here is about looks.
import tseslint from 'typescript-eslint';

/** Packages that only one folder may import, so that each is behind one door. */
const doors = [
  { name: 'express', only: 'exporter/http/' },
  { name: 'prom-client', only: 'exporter/metrics/self*.ts' },
];
const closedDoors = doors.map(({ name, only }) => ({ name, message: `only ${only} imports ${name}` }));
const noDown = (groups, why) => ({ group: groups, message: why });

const layer = (files, patterns, open = []) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { paths: closedDoors.filter((door) => !open.includes(door.name)), patterns }],
  },
});
const effects = ['**/app.ts', '**/main.ts', '**/cli/**', '**/http/**', '**/demo/**', '**/telemetry/**'];
/** What documents know nothing of: they are made of the model. */
const engineSide = ['**/docker/**', '**/collectors/**', '**/metrics/**', '**/probes/**'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'data/', 'exporter/bin.js', 'eslint.config.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      complexity: ['error', 10],
      'max-params': ['error', 4],
      'no-console': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  // Imports point down only: model < pure < leaf effects < effects wired by app.
  layer(['exporter/**/*.ts'], []),
  layer(['exporter/model/**/*.ts'], [noDown(['**'], 'the model imports nothing but the model: ./x.ts')]),
  {
    files: ['exporter/model/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!\\./)', message: 'the model imports only the model' }] },
      ],
    },
  },
  layer(['exporter/docker/**/*.ts'], [noDown(effects, 'imports point down only')]),
  layer(['exporter/documents/**/*.ts'], [noDown([...effects, ...engineSide], 'imports point down only')]),
  layer(
    ['exporter/documents/encode/**/*.ts'],
    [noDown([...effects, ...engineSide, 'node:fs*', 'node:net', 'node:http*'], 'pure code imports no effects')],
  ),
  layer(
    ['exporter/metrics/**/*.ts', 'exporter/collectors/**/*.ts', 'exporter/docker/parse/**/*.ts'],
    [noDown([...effects, '**/docker/*.ts', 'node:*'], 'pure code imports no effects')],
  ),
  layer(['exporter/metrics/self*.ts'], [noDown(effects, 'imports point down only')], ['prom-client']),
  layer(
    ['exporter/http/**/*.ts'],
    [noDown(['**/app.ts', '**/main.ts', '**/cli/**'], 'imports point down only')],
    ['express'],
  ),
  {
    // No clock and no randomness in pure code: both are arguments.
    files: [
      'exporter/metrics/**/*.ts',
      'exporter/collectors/**/*.ts',
      'exporter/docker/parse/**/*.ts',
      'exporter/documents/encode/**/*.ts',
    ],
    ignores: ['exporter/metrics/self.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'performance',
        'process',
        'fetch',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
        { object: 'crypto', property: 'randomUUID' },
      ],
    },
  },
  {
    // Only main.ts (and the bin before it) touches the process; only config/load.ts reads the environment.
    files: ['exporter/**/*.ts'],
    ignores: ['exporter/main.ts', 'exporter/metrics/self.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'only config/load.ts and main.ts read the environment' },
        { object: 'process', property: 'exit', message: 'only main.ts ends the process' },
        { object: 'process', property: 'argv', message: 'only main.ts reads the arguments' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', '*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off', 'no-restricted-imports': 'off' },
  },
);
