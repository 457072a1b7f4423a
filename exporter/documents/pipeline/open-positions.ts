import type { SpoolPosition } from '../../model/document.ts';

/** Positions in their order, each open until it is done with: in rings of numbers, for they come and go as fast as documents. */
export interface OpenPositions {
  /** Higher than all before. */
  readonly add: (position: SpoolPosition, size: number) => void;
  /** False when it is not open. */
  readonly done: (position: SpoolPosition) => boolean;
  /** Of those that are open. */
  readonly count: () => number;
  /** The first that is open. */
  readonly first: () => SpoolPosition | undefined;
  /** Of all from the first that is open on. */
  readonly size: () => number;
}

/** A power of two; of documents of 300 bytes, as many as are usually under way. */
const CAPACITY = 16_384;

export function createOpenPositions(): OpenPositions {
  let rings = createRings(CAPACITY);
  // Counted on for ever: where in the rings they are is what is left of them by the capacity.
  let head = 0;
  let end = 0;
  let open = 0;
  let addedSize = 0;
  const placeOf = (index: number) => index & (rings.capacity - 1);
  const positionAt = (index: number) => rings.positions[placeOf(index)] ?? 0;
  const moveTo = (capacity: number) => {
    const next = createRings(capacity);
    for (let index = head; index < end; index++) {
      const to = index & (capacity - 1);
      next.positions[to] = positionAt(index);
      next.sizesBefore[to] = rings.sizesBefore[placeOf(index)] ?? 0;
      next.isOpen[to] = rings.isOpen[placeOf(index)] ?? 0;
    }
    rings = next;
  };
  const indexOf = (position: SpoolPosition): number => {
    // Mostly none is left out between them.
    const guess = head + position - positionAt(head);
    if (guess >= head && guess < end && positionAt(guess) === position) return guess;
    let low = head;
    let high = end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (positionAt(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low < end && positionAt(low) === position ? low : -1;
  };
  return {
    add: (position, size) => {
      if (end - head === rings.capacity) moveTo(2 * rings.capacity);
      const place = placeOf(end++);
      rings.positions[place] = position;
      rings.sizesBefore[place] = addedSize;
      rings.isOpen[place] = 1;
      addedSize += size;
      open++;
    },
    done: (position) => {
      const index = indexOf(position);
      if (index === -1 || rings.isOpen[placeOf(index)] !== 1) return false;
      rings.isOpen[placeOf(index)] = 0;
      open--;
      while (head < end && rings.isOpen[placeOf(head)] === 0) head++;
      // Room for all that waited while a sink was away is not kept.
      if (head === end && rings.capacity > CAPACITY) rings = createRings(CAPACITY);
      return true;
    },
    count: () => open,
    first: () => (head === end ? undefined : positionAt(head)),
    size: () => (head === end ? 0 : addedSize - (rings.sizesBefore[placeOf(head)] ?? 0)),
  };
}

function createRings(capacity: number) {
  return {
    capacity,
    positions: new Float64Array(capacity),
    /** Of all before each. */
    sizesBefore: new Float64Array(capacity),
    isOpen: new Uint8Array(capacity),
  };
}
