import type { z } from 'zod';
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

/** All channels by name. A new channel is a folder and a line here. */
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

export type ChannelName = keyof typeof channels;

type Definition = (typeof channels)[ChannelName];

/** Converts a union into an intersection: the type of an argument that every function of a union accepts. */
type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void
  ? I
  : never;

type Variables = Intersection<Definition['variables']>;

/** The values of all channels' variables. */
export type ChannelValues = z.output<z.ZodObject<Variables>>;

type AnyDefinition = ChannelDefinition<z.ZodRawShape, never>;

const definitions: Readonly<Record<ChannelName, AnyDefinition>> = channels;

/** The names of all channels, in the order in which they are listed to users. */
export const channelNames = Object.keys(channels) as [ChannelName, ...ChannelName[]];

/** The channels that are enabled when `OTP_CHANNELS` is not set, in the order in which they are tried. */
export const defaultChannels = channelNames.filter((name) => definitions[name].isOnByDefault);

/** The variables of all channels, for the schema of the environment. */
export const channelVariables = Object.assign(
  {},
  ...channelNames.map((name) => definitions[name].variables),
) as Variables;

/** The prefixes of those variables' names. */
export const channelPrefixes = channelNames.flatMap((name) => definitions[name].prefix ?? []);

/** Picks the variables of channels from an environment. */
export function pickChannelValues(env: ChannelValues): ChannelValues {
  const names = Object.keys(channelVariables) as (keyof ChannelValues)[];
  return Object.fromEntries(names.map((name) => [name, env[name]])) as ChannelValues;
}

/** Lists the required variables of a channel that are not set. */
export function findMissingVariables(
  name: ChannelName,
  values: Readonly<Record<string, unknown>>,
): readonly string[] {
  return (definitions[name].required ?? []).filter((variable) => !values[variable]);
}

/** Lists the faults in the variables of a channel that only several of them together show. */
export function findSettingFaults(
  name: ChannelName,
  values: Readonly<Record<string, unknown>>,
): readonly SettingFault[] {
  return definitions[name].findFaults?.(values) ?? [];
}

/** All variables of channels that are limits. */
export const channelLimits = channelNames.flatMap((name) => definitions[name].limits ?? []);

export function showsCodes(name: ChannelName): boolean {
  return definitions[name].showsCodes === true;
}

/** Whether a channel reports when messages are delivered. False for a name that is not on the list. */
export function reportsDelivery(name: string): boolean {
  const definition = channelNames.find((one) => one === name);
  return definition !== undefined && definitions[definition].reportsDelivery === true;
}

/** Whether a channel sends through linked sessions, which the API manages. */
export function hasSessions(name: ChannelName): boolean {
  return definitions[name].linking !== undefined;
}

/** Returns how to link an account of a channel; undefined if the channel has no sessions. */
export function findLinking(name: ChannelName): string | undefined {
  return definitions[name].linking;
}

/** What the definition of a channel says about its messages. */
export function traitsOf(name: ChannelName) {
  const { reaches, deduplicates } = definitions[name];
  return { reaches, deduplicates, hasSessions: hasSessions(name) };
}
