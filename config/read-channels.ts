import { z } from 'zod';
import {
  type ChannelName,
  listOwnVariables,
  parseChannelName,
  toOwnVariable,
} from '../src/channels/channel-names.ts';
import {
  type ChannelKind,
  type ChannelValues,
  channelKinds,
  findChannelFaults,
  pickChannelValues,
  variablesOf,
} from '../src/channels/registry.ts';
import { quote } from './fields.ts';
import {
  isFaulty,
  type NamedFault,
  type ReadFile,
  readVariables,
  type Source,
} from './read-variables.ts';

/** An enabled channel, with the values of its variables under the names that they have for its kind. */
export type ChannelSettings = ChannelName & { readonly values: ChannelValues };

type Environment = {
  /** The values of the variables without a label. */
  readonly values: Partial<ChannelValues>;
  readonly source: Source;
  readonly readFile: ReadFile;
};

/**
 * Reads the channels of `OTP_CHANNELS`. A channel with a label has variables of its own, and takes none of those without
 * the label: no provider gets the credentials of another.
 */
export function readChannels(names: readonly string[], environment: Environment) {
  const { channels, faults } = parseNames(names);
  const all = channels.map((channel) => readChannel(channel, environment));
  return {
    channels: all.map(({ settings }) => settings),
    faults: [...faults, ...all.flatMap((one) => one.faults)],
  };
}

/** Lists the variables of the channels with a label. */
export function listLabelledVariables(channels: readonly ChannelName[]): readonly string[] {
  return channels.filter(({ label }) => label !== undefined).flatMap(listOwnVariables);
}

/**
 * One line for each variable that has no effect, because all enabled channels of its kind have a label. A variable that
 * is set to its default is not reported.
 */
export function describeUnused(source: Source, channels: readonly ChannelName[]): string[] {
  const first = new Map<ChannelKind, ChannelName>();
  for (const channel of channels) if (!first.has(channel.kind)) first.set(channel.kind, channel);
  for (const { kind, label } of channels) if (label === undefined) first.delete(kind);
  return [...first.values()].flatMap((channel) =>
    listSet(channel.kind, source).map((variable) => {
      const own = toOwnVariable(channel, variable);
      return `${variable}: has no effect, because OTP_CHANNELS does not include ${channel.kind}; ${channel.name} uses ${own}`;
    }),
  );
}

/** Lists the variables of a kind that are not as by default. */
function listSet(kind: ChannelKind, source: Source): string[] {
  return Object.entries(variablesOf(kind)).flatMap(([name, field]) => {
    const standard = z.safeParse(field, undefined).data ?? '';
    const isSet = ![undefined, '', String(standard)].includes(source[name]);
    return [...(isSet ? [name] : []), ...(source[`${name}_FILE`] ? [`${name}_FILE`] : [])];
  });
}

/** Returns the channels with valid names, and the faults of the others. */
function parseNames(names: readonly string[]) {
  const faults: NamedFault[] = [];
  const channels: ChannelName[] = [];
  const owners = listOwners();
  const refuse = (name: string, fault: string) =>
    faults.push(['OTP_CHANNELS', `${quote(name)} ${fault}`]);
  for (const [index, name] of names.entries()) {
    const parsed = parseChannelName(name);
    if ('fault' in parsed) refuse(name, parsed.fault);
    else if (names.indexOf(name) < index) refuse(name, 'is given twice');
    else {
      const clash = claim(parsed, owners);
      if (clash === undefined) channels.push(parsed);
      else refuse(name, `needs another label: ${clash}`);
    }
  }
  return { channels, faults };
}

/** Which channel each variable without a label belongs to. */
function listOwners(): Map<string, string> {
  return new Map(
    channelKinds.flatMap((kind) => Object.keys(variablesOf(kind)).map((name) => [name, kind])),
  );
}

/** Notes the variables of a channel with a label, or returns why another channel has one of them already. */
function claim(channel: ChannelName, owners: Map<string, string>): string | undefined {
  if (channel.label === undefined) return undefined;
  const own = listOwnVariables(channel);
  const taken = own.find((name) => owners.has(name));
  if (taken !== undefined) return `${taken} is already a variable of ${owners.get(taken)}`;
  for (const name of own) owners.set(name, channel.name);
  return undefined;
}

function readChannel(channel: ChannelName, { values, source, readFile }: Environment) {
  if (channel.label === undefined) {
    return check(channel, { values: pickChannelValues(values as ChannelValues), faults: [] });
  }
  const own = Object.keys(variablesOf(channel.kind))
    .flatMap((name) => [name, `${name}_FILE`])
    .map((name) => [name, source[toOwnVariable(channel, name)]] as const);
  const read = readVariables(variablesOf(channel.kind), Object.fromEntries(own), readFile);
  const { settings, faults } = check(channel, read);
  // The faults are those of the kind's variables.
  const names = new Map(own.map(([name]) => [name, toOwnVariable(channel, name)]));
  const rename = (text: string) => text.replaceAll(VARIABLE, (word) => names.get(word) ?? word);
  return {
    settings,
    faults: faults.map(([name, fault]) => [rename(name), rename(fault)] as const),
  };
}

/** A name of a variable in a message, but not in a path. */
const VARIABLE = /(?<![\w/])[A-Z][A-Z\d_]+/g;

type Read = { readonly values: object; readonly faults: readonly NamedFault[] };

/** Adds the faults that the variables of a channel have together. */
function check(channel: ChannelName, read: Read) {
  const { missing, others } = findChannelFaults(channel.kind, { ...read.values });
  const required = `is required when OTP_CHANNELS includes ${channel.name}`;
  const more = [...missing.map((name) => [name, required] as const), ...others];
  const faults = [...read.faults, ...more.filter(([name]) => !isFaulty(name, read.faults))];
  return { settings: { ...channel, values: read.values as ChannelValues }, faults };
}
