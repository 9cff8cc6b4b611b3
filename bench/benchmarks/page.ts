import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { withBuiltProduct } from '../built-product.ts';
import type { Benchmark, Figure } from '../figure.ts';
import { findChromium } from '../page/chromium.ts';
import { RUN_ID, type ToldApp, tellingApp } from '../page/told-app.ts';

const EVENTS = 5000;
const PIECES = 100;
/** 2,500 events a second: a build that writes as fast as it can. */
const PAUSE_IN_MS = 20;
const LONG_IN_MS = 100;

/** How long the page draws nothing while a run tells much. Nothing is measured where there is no Chromium. */
export const page: Benchmark = {
  name: 'page',
  async measure() {
    const executablePath = findChromium();
    if (executablePath === undefined) {
      process.stderr.write('There is no Chromium here (CHROMIUM=path): the page is not measured.\n');
      return [];
    }
    return await withBuiltProduct(async ({ cli }) => {
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
      try {
        return [
          ...(await framesOf(browser, dirname(cli), atOnce)),
          ...(await framesOf(browser, dirname(cli), asTheyCome)),
        ];
      } finally {
        await browser.close();
      }
    });
  },
};

interface Way {
  readonly name: string;
  tell(app: ToldApp): Promise<void>;
}

const atOnce: Way = { name: 'at once', tell: async (app) => app.tell(EVENTS) };
const asTheyCome: Way = {
  name: 'as they come',
  async tell(app) {
    for (let piece = 0; piece < PIECES; piece += 1) {
      app.tell(EVENTS / PIECES);
      await sleep(PAUSE_IN_MS);
    }
  },
};

async function framesOf(
  browser: Awaited<ReturnType<typeof chromium.launch>>,
  dist: string,
  way: Way,
): Promise<readonly Figure[]> {
  const app = await tellingApp(dist);
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.addInitScript("sessionStorage.setItem('draftgenie-key', 'bench')");
    await tab.goto(`${app.url}/api/ui#/runs/${RUN_ID}`);
    await tab.getByText('Live', { exact: true }).waitFor();
    await browser.startTracing(tab, { categories: ['toplevel', '__metadata'] });
    await way.tell(app);
    await tab.getByText(`added package ${EVENTS} of many`).waitFor();
    return figures(way.name, tasksIn(await browser.stopTracing()));
  } finally {
    await context.close();
    app.stop();
  }
}

function figures(name: string, tasks: readonly number[]): readonly Figure[] {
  if (tasks.length === 0) throw new Error('the trace has no task of the page');
  const long = tasks.filter((ms) => ms > LONG_IN_MS).length;
  return [
    {
      ...{
        name: `the page, ${EVENTS} events ${name}: longest task`,
        value: tasks.reduce((most, one) => Math.max(most, one), 0),
        unit: 'ms',
      },
      target: { of: 'value', atMost: LONG_IN_MS },
    },
    { name: `tasks over ${LONG_IN_MS} ms`, value: long, unit: '', target: { of: 'value', atMost: 0 } },
  ];
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time of the thread, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Milliseconds of processor time of each task of the thread that draws: no frame comes while one runs. By the clock they would be longer on a
 * machine that does other things as well. https://www.chromium.org/developers/how-tos/trace-event-profiling-tool/
 */
function tasksIn(trace: Buffer): readonly number[] {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { readonly traceEvents: readonly TraceEvent[] };
  const drawing = new Set(
    traceEvents.flatMap(({ name, pid, tid, args }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  return traceEvents.flatMap(({ name, pid, tid, tdur }) =>
    name.endsWith('RunTask') && tdur !== undefined && drawing.has(`${pid} ${tid}`) ? [tdur / 1000] : [],
  );
}
