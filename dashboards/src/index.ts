import type { ClassicDashboard } from './dashboard.ts';
import { host } from './host.ts';

/** Every dashboard. Each lies as <uid>.json in the folder above, written by `npm run dashboards`. */
export const dashboards: readonly ClassicDashboard[] = [host()];
