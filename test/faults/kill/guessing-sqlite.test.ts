import { onDatabase } from '../../support/database/lanes.ts';
import { killWhileGuessing } from './kill-guessing.ts';

onDatabase('sqlite', 'a process that is killed (%s)', killWhileGuessing);
