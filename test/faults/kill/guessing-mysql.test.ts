import { onDatabase } from '../../support/database/lanes.ts';
import { killWhileGuessing } from './kill-guessing.ts';

onDatabase('mysql', 'a process that is killed (%s)', killWhileGuessing);
