import type { LeftBehindView } from '../../domain/api/views.ts';
import { shellWords } from '../shell-words.ts';

/** What no configuration speaks of any more, with its age, what it holds, and the commands that end that. */
export function leftBehindLines(left: readonly LeftBehindView[], now: Date): readonly string[] {
  if (left.length === 0) return [];
  return [
    'Left behind (on Azure, and no longer in the configuration):',
    ...left.flatMap(({ name, holdsData, below, since }) => {
      const told = [
        ...(since === undefined ? [] : [ageText(new Date(since), now)]),
        ...(holdsData ? ['holds data'] : []),
        ...(below.length > 0 ? [`with ${below.join(', ')}`] : []),
      ];
      return [
        `  ? ${name}${told.length > 0 ? `  ${told.join('; ')}` : ''}`,
        `      remove it:  ${commandOf('destroy', '--left-behind', name)}`,
        `      let it go:  ${commandOf('state', 'forget', name)}`,
      ];
    }),
  ];
}

/** `for 2 months`: whole months of the calendar, days before the first is over. */
export function ageText(since: Date, now: Date): string {
  const months = monthsBetween(since, now);
  if (months > 0) return `for ${months} ${months === 1 ? 'month' : 'months'}`;
  const days = Math.floor((now.getTime() - since.getTime()) / 86_400_000);
  if (days <= 0) return 'since today';
  return `for ${days} ${days === 1 ? 'day' : 'days'}`;
}

function monthsBetween(since: Date, now: Date): number {
  const months = (now.getUTCFullYear() - since.getUTCFullYear()) * 12 + now.getUTCMonth() - since.getUTCMonth();
  const isOver =
    now.getUTCDate() > since.getUTCDate() ||
    (now.getUTCDate() === since.getUTCDate() && timeOfDay(now) >= timeOfDay(since));
  return isOver ? months : months - 1;
}

function timeOfDay(date: Date): number {
  return date.getTime() % 86_400_000;
}

function commandOf(...words: readonly string[]): string {
  return shellWords(['draftgenie-deploy', ...words]);
}
