import { parentPort, workerData } from 'node:worker_threads';
import { type ParseTask, parseTask } from './parse-task.ts';

/** The thread in which a configuration is parsed that somebody else wrote: one task, one answer. A file of its own in the bundle. */
parentPort?.postMessage(parseTask(workerData as ParseTask));
