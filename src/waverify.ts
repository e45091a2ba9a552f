#!/usr/bin/env node
import { runWaverify } from './cli/run-waverify.ts';

runWaverify(process.argv.slice(2), process.env);
