/** Seconds to wait after so many attempts: https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-schedule */
const PAUSES = [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200];

/** At least so long for these: https://learn.microsoft.com/azure/event-grid/delivery-and-retry#message-delivery-status */
const LEAST: Readonly<Record<number, number>> = { 403: 300, 404: 300, 408: 120, 503: 30 };
/** Not tried again. */
const FINAL = [400, 401, 413];

/** @returns undefined when there is no use in another attempt */
export function pauseAfter(attempts: number, status: number): number | undefined {
  if (FINAL.includes(status)) return undefined;
  return Math.max(PAUSES[Math.min(attempts, PAUSES.length) - 1] ?? 10, LEAST[status] ?? 0);
}
