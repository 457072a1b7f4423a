/** An error that may come again with each try: told when it begins, and not again before a try has worked. */
export interface LastingError {
  readonly failed: (error: Error) => void;
  readonly worked: () => void;
}

export function createLastingError(tell: (error: Error) => void): LastingError {
  let isTold = false;
  return {
    failed: (error) => {
      if (isTold) return;
      isTold = true;
      tell(error);
    },
    worked: () => {
      isTold = false;
    },
  };
}
