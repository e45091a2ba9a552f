import type { z } from 'zod';
import { consoleChannel } from './console/index.ts';
import type { ChannelDefinition } from './contract.ts';
import { httpChannel } from './http/index.ts';
import { whatsAppChannel } from './whatsapp/index.ts';

/** Every channel there is, by its name. A new one is a folder, and a line here. */
export const channels = {
  whatsapp: whatsAppChannel,
  http: httpChannel,
  console: consoleChannel,
} as const;

export type ChannelName = keyof typeof channels;

type Definition = (typeof channels)[ChannelName];

/** A union becomes an intersection: what one argument must be to please every function of a union. */
type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

type Variables = Intersection<Definition['variables']>;

/** What the environment says to the channels. */
export type ChannelValues = z.output<z.ZodObject<Variables>>;

type AnyDefinition = ChannelDefinition<z.ZodRawShape, never>;

const definitions: Readonly<Record<ChannelName, AnyDefinition>> = channels;

/** In the order in which people are told of them. */
export const channelNames = Object.keys(channels) as [ChannelName, ...ChannelName[]];

/** Those that are on when nobody says which are, in the order in which they are tried. */
export const defaultChannels = channelNames.filter((name) => definitions[name].isOnByDefault);

/** The variables of all channels, for the schema of the environment. */
export const channelVariables = Object.assign(
  {},
  ...channelNames.map((name) => definitions[name].variables),
) as Variables;

/** What the names of those variables begin with. */
export const channelPrefixes = channelNames.flatMap((name) => definitions[name].prefix ?? []);

/** The part of an environment that is about channels. */
export function pickChannelValues(env: ChannelValues): ChannelValues {
  const names = Object.keys(channelVariables) as (keyof ChannelValues)[];
  return Object.fromEntries(names.map((name) => [name, env[name]])) as ChannelValues;
}

/** The variables without which a channel cannot work, and that are not set. */
export function findMissingVariables(
  name: ChannelName,
  values: Readonly<Record<string, unknown>>,
): readonly string[] {
  return (definitions[name].required ?? []).filter((variable) => !values[variable]);
}

/** The variables of all channels that are limits. */
export const channelLimits = channelNames.flatMap((name) => definitions[name].limits ?? []);

export function showsCodes(name: ChannelName): boolean {
  return definitions[name].showsCodes === true;
}

/** Whether a channel sends through linked sessions, which the API manages. */
export function hasSessions(name: ChannelName): boolean {
  return definitions[name].linking !== undefined;
}

/** How to link an account of a channel that sends through sessions; undefined for one without sessions. */
export function findLinking(name: ChannelName): string | undefined {
  return definitions[name].linking;
}
