import { engines } from './engine.ts';
import { exits } from './exits.ts';
import { health } from './health.ts';
import { names } from './names.ts';
import { outOfMemory } from './oom.ts';
import { presence } from './presence.ts';
import { restarts } from './restarts.ts';
import { stops } from './stops.ts';
import type { Story } from './story.ts';

export const stories: readonly Story[] = [
  ...exits,
  ...stops,
  ...outOfMemory,
  ...restarts,
  ...names,
  ...presence,
  ...health,
  ...engines,
];
