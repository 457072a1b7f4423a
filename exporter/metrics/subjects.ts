import type { World } from '../model/world.ts';
import type { Scope } from './family.ts';
import { type LabelText, labelText } from './label-text.ts';

export type Subjects = readonly (readonly [labels: LabelText, subject: unknown, countedAs: LabelText])[];
export type SubjectsOf = (scope: Scope<unknown>) => Subjects;

/** The subjects of each scope with their label text; a scope is asked once, by the first that needs it. */
export function createSubjects(world: World): SubjectsOf {
  const known = new Map<Scope<unknown>, Subjects>();
  return (scope) => {
    const found = known.get(scope);
    if (found !== undefined) return found;
    const subjects = scope
      .subjects(world)
      .map(([labels, subject, countedAs = labels]) => [labelText(labels), subject, labelText(countedAs)] as const);
    known.set(scope, subjects);
    return subjects;
  };
}
