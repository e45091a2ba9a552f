import { onDatabase } from '../../support/database/lanes.ts';
import { searchEveryChannel } from './every-channel.ts';

onDatabase('sqlite', 'codes that go through every channel (%s)', searchEveryChannel);
