import { onDatabase } from '../../support/database/lanes.ts';
import { searchEveryChannel } from './every-channel.ts';

onDatabase('postgres', 'codes that go through every channel (%s)', searchEveryChannel);
