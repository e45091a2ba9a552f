import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/channels/contract.ts';
import { itIsAChannel } from '../../contracts/channel.ts';
