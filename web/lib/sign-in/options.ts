import { reach, readFailure } from '../failure.ts';
import type { SignInOptions } from '../types.ts';

/** Reads the ways to sign in, for which no one has to be signed in. @throws {Failure} */
export async function readSignInOptions(): Promise<SignInOptions> {
  const response = await reach('/api/auth/options', {});
  if (!response.ok) throw await readFailure(response);
  return ((await response.json()) as { readonly data: SignInOptions }).data;
}
