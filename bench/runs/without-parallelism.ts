import { registerHooks } from 'node:module';

/** Loaded before the product: the schedule is walked one step at a time. The product has no such option. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier.endsWith('/orchestrators/run-schedule.ts')
        ? new URL('./one-at-a-time.ts', import.meta.url).href
        : specifier,
      context,
    ),
});
