import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { withBuiltProduct } from '../built-product.ts';
import type { Benchmark, Figure } from '../figure.ts';
import { findChromium } from '../page/chromium.ts';
import { RUN_ID, type ToldApp, tellingApp } from '../page/told-app.ts';

const EVENTS = 5000;
const PIECES = 100;
/** 2,500 events a second: a build that writes as fast as it can. */
const PAUSE_IN_MS = 20;
const LONG_IN_MS = 100;

/** Frames of the page while a run tells much. Nothing is measured where there is no Chromium. */
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
    await tab.evaluate(WATCH_FRAMES);
    await way.tell(app);
    await tab.getByText(`added package ${EVENTS} of many`).waitFor();
    return figures(way.name, await frameTimes(tab));
  } finally {
    await context.close();
    app.stop();
  }
}

function figures(name: string, frames: readonly number[]): readonly Figure[] {
  const long = frames.filter((ms) => ms > LONG_IN_MS).length;
  return [
    {
      ...{ name: `the page, ${EVENTS} events ${name}: longest frame`, value: Math.max(0, ...frames), unit: 'ms' },
      target: { of: 'value', atMost: LONG_IN_MS },
    },
    { name: `frames over ${LONG_IN_MS} ms`, value: long, unit: '', target: { of: 'value', atMost: 0 } },
  ];
}

/**
 * Frames that took longer than 50 ms, from their first task to what is drawn of them; shorter ones are not told.
 * https://developer.mozilla.org/docs/Web/API/PerformanceLongAnimationFrameTiming
 */
const WATCH_FRAMES = `
  window.frames_ = [];
  new PerformanceObserver((list) => window.frames_.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'long-animation-frame' });`;

async function frameTimes(tab: Page): Promise<readonly number[]> {
  // The last one is told once the next has begun.
  await tab.evaluate('new Promise((resolve) => setTimeout(resolve, 200))');
  return (await tab.evaluate('window.frames_')) as readonly number[];
}
