import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunEvent } from '../http-interface.d.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shown } from '../parts/shown.ts';
import { clockTime } from '../parts/time.ts';
import { EachOnce } from './each-once.ts';
import { type Level, levelOf, subjectOf, textOf } from './event-text.ts';

const ROW_IN_PX = 24;
/** More than fits on a line of any screen; the whole text is behind a click. */
const MOST_IN_A_ROW = 400;
const MOST_IN_A_DIALOG = 50_000;

const LEVELS = {
  all: ['debug', 'info', 'warning', 'error'],
  info: ['info', 'warning', 'error'],
  warning: ['warning', 'error'],
};

/** What the run told, however much it is: only the rows that are seen are in the document. */
export function EventLog({ events, count }: { readonly events: readonly RunEvent[]; readonly count: number }) {
  const [least, setLeast] = useState<keyof typeof LEVELS>('info');
  const [words, setWords] = useState('');
  const [open, setOpen] = useState<RunEvent>();
  const matching = useMemo(() => matchingOf(events, LEVELS[least] as readonly Level[], words), [events, least, words]);
  const found = matching();
  return (
    <section aria-labelledby="events">
      <h2 id="events">
        Events <span class="quiet">{found.length === count ? count : `${found.length} of ${count}`}</span>
      </h2>
      <div class="filters">
        <label>
          Level{' '}
          <select value={least} onChange={({ currentTarget }) => setLeast(currentTarget.value as keyof typeof LEVELS)}>
            <option value="all">everything</option>
            <option value="info">all but debug</option>
            <option value="warning">warnings and errors</option>
          </select>
        </label>
        <label>
          Find <input type="search" value={words} onInput={({ currentTarget }) => setWords(currentTarget.value)} />
        </label>
      </div>
      <Rows events={found} onOpen={setOpen} />
      {open && (
        <Dialog title={`${clockTime(open.at)} ${shown(subjectOf(open), 200)}`} onClose={() => setOpen(undefined)}>
          <pre class="whole">{shown(textOf(open), MOST_IN_A_DIALOG)}</pre>
        </Dialog>
      )}
    </section>
  );
}

/** Answers the same array each time, with what matches of all that came until then. */
function matchingOf(events: readonly RunEvent[], levels: readonly Level[], words: string): () => readonly RunEvent[] {
  const wanted = words.trim().toLowerCase();
  const found: RunEvent[] = [];
  const each = new EachOnce(events, (event) => {
    const isFound = wanted === '' || `${subjectOf(event)} ${textOf(event)}`.toLowerCase().includes(wanted);
    if (isFound && levels.includes(levelOf(event))) found.push(event);
  });
  return () => {
    each.look();
    return found;
  };
}

function Rows({ events, onOpen }: { readonly events: readonly RunEvent[]; onOpen(event: RunEvent): void }) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const rows = useVirtualRows(events.length, box);
  // Whoever reads the newest goes on to do so; whoever looked up something is left there.
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [events.length]);
  return (
    <div
      ref={box}
      class="events"
      role="log"
      aria-live="off"
      aria-label="Events of the run"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 2 * ROW_IN_PX;
      }}
    >
      <div class="all" style={{ height: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const event = events[index];
          if (!event) return null;
          return (
            <button
              type="button"
              key={event.id}
              class={`event ${levelOf(event)}`}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onOpen(event)}
            >
              <time dateTime={event.at}>{clockTime(event.at)}</time>
              <span class="subject">{shown(subjectOf(event), 200)}</span>
              <span class="text">{shown(textOf(event).slice(0, MOST_IN_A_ROW))}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** The virtualizer as its adapters for frameworks use it: https://tanstack.com/virtual/latest/docs/api/virtualizer */
function useVirtualRows(
  count: number,
  box: { readonly current: HTMLDivElement | null },
): Virtualizer<HTMLDivElement, Element> {
  const [, draw] = useState(0);
  const options: VirtualizerOptions<HTMLDivElement, Element> = {
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_IN_PX,
    overscan: 10,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => draw((before) => before + 1),
  };
  const kept = useRef<Virtualizer<HTMLDivElement, Element> | null>(null);
  kept.current ??= new Virtualizer(options);
  const virtualizer = kept.current;
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
