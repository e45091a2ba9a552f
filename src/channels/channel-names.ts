import {
  allowsLabels,
  type ChannelKind,
  channelKinds,
  findKind,
  prefixOf,
  variablesOf,
} from './registry.ts';

/** A channel that `OTP_CHANNELS` names: a kind, or a kind and a label, as in `twilio:us`. */
export type ChannelName = {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly label: string | undefined;
};

const LABEL = '[a-z0-9][a-z0-9_-]{0,15}';

const LABEL_RULE =
  'has an invalid label: use 1 to 16 lower-case letters, digits, - or _, beginning with a letter or a digit';

const labelPattern = new RegExp(`^${LABEL}$`);

const withLabels = channelKinds.filter(allowsLabels);
const withoutLabels = channelKinds.filter((kind) => !allowsLabels(kind));

/** What the names of channels look like, as a part of a regular expression. */
export const channelNamePattern = [...withoutLabels, `(${withLabels.join('|')})(:${LABEL})?`].join(
  '|',
);

const namePattern = new RegExp(`^(${channelNamePattern})$`);

/** Whether a channel can have this name. It need not be enabled. */
export function isChannelName(text: string): boolean {
  return namePattern.test(text);
}

/** Returns the channel that a name of `OTP_CHANNELS` means, or what is wrong with the name. */
export function parseChannelName(name: string): ChannelName | { readonly fault: string } {
  const kind = findKind(name);
  if (kind === undefined) return { fault: `is not a channel (${channelKinds.join(', ')})` };
  if (name === kind) return { name, kind, label: undefined };
  const label = name.slice(kind.length + 1);
  if (!allowsLabels(kind)) return { fault: `has a label, but there is only one channel ${kind}` };
  return labelPattern.test(label) ? { name, kind, label } : { fault: LABEL_RULE };
}

/**
 * The variable of a channel for a variable of its kind, with the label after the prefix: `TWILIO_US_FROM` for
 * `TWILIO_FROM` of `twilio:us`. In a variable without the prefix of the kind, it follows the first word.
 */
export function toOwnVariable({ kind, label }: Omit<ChannelName, 'name'>, variable: string) {
  if (label === undefined) return variable;
  const [head, rest] = splitVariable(kind, variable);
  return `${head}_${label.toUpperCase().replaceAll('-', '_')}_${rest}`;
}

/** Lists the variables of a channel. */
export function listOwnVariables(channel: ChannelName): readonly string[] {
  return Object.keys(variablesOf(channel.kind)).map((name) => toOwnVariable(channel, name));
}

/**
 * Finds the channel that a variable is meant for: `twilio:us` for `TWILIO_US_FROM`; undefined if it has the form of no
 * channel's variable.
 */
export function findMeantChannel(variable: string): string | undefined {
  const fitting = withLabels.flatMap((kind) =>
    Object.keys(variablesOf(kind)).flatMap((one) => {
      const [head, rest] = splitVariable(kind, one);
      const fits = variable.startsWith(`${head}_`) && variable.endsWith(`_${rest}`);
      const label = variable.slice(head.length + 1, -rest.length - 1).toLowerCase();
      return fits && labelPattern.test(label) ? [{ name: `${kind}:${label}`, rest }] : [];
    }),
  );
  // The shortest label: HTTP_CHANNEL_US_RECEIPT_ID_PATH is for http:us.
  const [first] = fitting.sort((a, b) => b.rest.length - a.rest.length);
  return first?.name;
}

function splitVariable(kind: ChannelKind, variable: string): [head: string, rest: string] {
  const prefix = prefixOf(kind) ?? '';
  const [word = ''] = variable.split('_', 1);
  const head = variable.startsWith(`${prefix}_`) ? prefix : word;
  return [head, variable.slice(head.length + 1)];
}
