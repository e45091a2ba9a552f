import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders and files that start processes or browsers, or hash for a crowd. */
const SLOW = /\/test\/(browser|faults|scripts|cli\/commands|.*(exclusive-use|honest-crowd))/;

/** Runs the files that take longest first, so that the last worker does not end long after the others. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
