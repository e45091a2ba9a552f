/** How a request names what a user typed: it is an email address if it has an `@`. */
export function nameRecipient(typed: string): Readonly<Record<string, string>> {
  return /[@\uff20]/.test(typed) ? { email: typed } : { phoneNumber: typed };
}

type Named = {
  readonly phoneNumber?: string | null | undefined;
  readonly email?: string | undefined;
};

/** The recipient in a response: the number or the email address, in full or masked. */
export function recipientOf({ phoneNumber, email }: Named): string | undefined {
  return email ?? phoneNumber ?? undefined;
}
