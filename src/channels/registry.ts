import type { z } from 'zod';
import { toKind } from '../domain/delivery/channel-name.ts';
import { androidChannel } from './android/index.ts';
import { consoleChannel } from './console/index.ts';
import type { ChannelDefinition, SettingFault } from './contract.ts';
import { emailChannel } from './email/index.ts';
import { httpChannel } from './http/index.ts';
import { telegramChannel } from './telegram/index.ts';
import { twilioChannel } from './twilio/index.ts';
import { vonageChannel } from './vonage/index.ts';
import { whatsAppChannel } from './whatsapp/index.ts';
import { whatsAppCloudChannel } from './whatsapp-cloud/index.ts';

/** All kinds of channels by name. A new kind is a folder and a line here. */
export const channels = {
  whatsapp: whatsAppChannel,
  whatsapp_cloud: whatsAppCloudChannel,
  telegram: telegramChannel,
  http: httpChannel,
  twilio: twilioChannel,
  vonage: vonageChannel,
  android: androidChannel,
  email: emailChannel,
  console: consoleChannel,
} as const;

export type ChannelKind = keyof typeof channels;

type Definition = (typeof channels)[ChannelKind];

/** Converts a union into an intersection: the type of an argument that every function of a union accepts. */
type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

type Variables = Intersection<Definition['variables']>;

/** The values of all channels' variables. */
export type ChannelValues = z.output<z.ZodObject<Variables>>;

type AnyDefinition = ChannelDefinition<z.ZodRawShape, never>;

const definitions: Readonly<Record<ChannelKind, AnyDefinition>> = channels;

/** All kinds, in the order in which they are listed to users. */
export const channelKinds = Object.keys(channels) as [ChannelKind, ...ChannelKind[]];

/** The channels that are enabled when `OTP_CHANNELS` is not set, in the order in which they are tried. */
export const defaultChannels = channelKinds.filter((kind) => definitions[kind].isOnByDefault);

/** The variables of all channels, for the schema of the environment. */
export const channelVariables = Object.assign(
  {},
  ...channelKinds.map((kind) => definitions[kind].variables),
) as Variables;

/** The prefixes of those variables' names. */
export const channelPrefixes = channelKinds.flatMap((kind) => definitions[kind].prefix ?? []);

/** Picks the variables of channels from an environment. */
export function pickChannelValues(env: ChannelValues): ChannelValues {
  const names = Object.keys(channelVariables) as (keyof ChannelValues)[];
  return Object.fromEntries(names.map((name) => [name, env[name]])) as ChannelValues;
}

/** Returns the variables of a kind. */
export function variablesOf(kind: ChannelKind): z.ZodRawShape {
  return definitions[kind].variables;
}

/** Returns the prefix of the names of a kind's variables; undefined if it has none. */
export function prefixOf(kind: ChannelKind): string | undefined {
  return definitions[kind].prefix;
}

/**
 * Whether there can be several channels of a kind, each with a label. A kind with sessions has several accounts
 * anyway, and without variables, nothing could differ.
 */
export function allowsLabels(kind: ChannelKind): boolean {
  const { linking, variables } = definitions[kind];
  return linking === undefined && Object.keys(variables).length > 0;
}

/** Lists what is wrong with the variables of a kind together: some are not set, or do not fit each other. */
export function findChannelFaults(
  kind: ChannelKind,
  values: Readonly<Record<string, unknown>>,
): { readonly missing: readonly string[]; readonly others: readonly SettingFault[] } {
  const { required = [], findFaults } = definitions[kind];
  const missing = required.filter((variable) => !values[variable]);
  return { missing, others: findFaults?.(values) ?? [] };
}

/** Whether people can write to the number of a channel of this kind. */
export function hasInbox(kind: ChannelKind, values: Readonly<Record<string, unknown>>): boolean {
  const { inboxNumber } = definitions[kind];
  return inboxNumber !== undefined && values[inboxNumber] !== undefined;
}

/** All variables of channels that are limits. */
export const channelLimits = channelKinds.flatMap((kind) => definitions[kind].limits ?? []);

/** Finds the kind of a channel: `twilio` of `twilio:us`. Undefined if there is no such kind. */
export function findKind(name: string): ChannelKind | undefined {
  const kind = toKind(name);
  return channelKinds.find((one) => one === kind);
}

function findDefinition(name: string): AnyDefinition | undefined {
  const kind = findKind(name);
  return kind && definitions[kind];
}

export function showsCodes(name: string): boolean {
  return findDefinition(name)?.showsCodes === true;
}

/** Whether a channel reports when messages are delivered. False for a name without a kind. */
export function reportsDelivery(name: string): boolean {
  return findDefinition(name)?.reportsDelivery === true;
}

/** Whether a channel sends through linked sessions, which the API manages. */
export function hasSessions(name: string): boolean {
  return findLinking(name) !== undefined;
}

/** Returns how to link an account of a channel; undefined if the channel has no sessions. */
export function findLinking(name: string): string | undefined {
  return findDefinition(name)?.linking;
}

/** What the definition of a channel says about its messages. */
export function traitsOf(name: string) {
  const { reaches, deduplicates } = findDefinition(name) ?? {};
  return { reaches, deduplicates, hasSessions: hasSessions(name) };
}
