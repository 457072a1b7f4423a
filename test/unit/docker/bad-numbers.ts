import fc from 'fast-check';

/** Numbers that JSON can carry and a counter cannot be. */
export const badNumbers = fc.constantFrom(-1, -0.5, 1.5, 2 ** 63, 2 ** 64, 1e308, Number('1e400'), -1e308, 5e-324);
