import { exits } from './exits.ts';
import { stops } from './stops.ts';
import type { Story } from './story.ts';

export const stories: readonly Story[] = [...exits, ...stops];
