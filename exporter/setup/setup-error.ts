/** Why a store could not be set up, in words for people: no credentials, nothing of a body but the store's own reason. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
