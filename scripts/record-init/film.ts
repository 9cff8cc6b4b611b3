import { type Span, screenLines } from './screen-lines.ts';

/** What a screen showed, and for how long. */
export interface Frame {
  readonly lines: readonly string[];
  readonly milliseconds: number;
}

const SIZE = { character: 8.4, line: 19, font: 14, edge: 16 };
const COLORS = {
  ground: '#0d1117',
  text: '#e6edf3',
  // Those of the terminal, and then the bright ones.
  sixteen: [
    ...['#6e7681', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#e6edf3'],
    ...['#8b949e', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
  ],
};

/**
 * A recording as one SVG that plays by itself: the frames below each other, of which one is seen at a time. Who wants no movement
 * sees the last one. A line that is on several frames is in the file once.
 */
export function film(frames: readonly Frame[], columns: number, rows: number, title: string): string {
  const { character, line, edge } = SIZE;
  const [width, height] = [columns * character + 2 * edge, rows * line + 2 * edge];
  const ids = new Map<string, number>();
  const pictures = frames.map(({ lines }, index) => {
    const uses = screenLines(lines.slice(0, rows)).flatMap((spans, row) => {
      if (spans.every(({ text }) => text.trim() === '')) return [];
      const text = lineText(spans);
      const id = ids.get(text) ?? ids.size;
      ids.set(text, id);
      return [`<use href="#l${id}" y="${index * height + edge + (row + 1) * line - 5}"/>`];
    });
    return uses.join('');
  });
  const definitions = [...ids].map(([text, id]) => `<text id="l${id}" xml:space="preserve">${text}</text>`).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
text { font: ${SIZE.font}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: ${COLORS.text}; white-space: pre }
.b { font-weight: bold } .d { opacity: .6 }
${COLORS.sixteen.map((color, index) => `.c${index} { fill: ${color} }`).join(' ')}
.film { animation: play ${total(frames) / 1000}s steps(1, end) infinite }
@keyframes play {
${keyframes(frames, height)}
}
@media (prefers-reduced-motion: reduce) { .film { animation: none; transform: translateY(${-(frames.length - 1) * height}px) } }
</style>
<defs>
${definitions}
</defs>
<rect width="100%" height="100%" rx="8" fill="${COLORS.ground}"/>
<g class="film">
${pictures.map((picture) => `<g>${picture}</g>`).join('\n')}
</g>
</svg>
`;
}

function total(frames: readonly Frame[]): number {
  return frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}

function keyframes(frames: readonly Frame[], height: number): string {
  let passed = 0;
  const whole = total(frames);
  const lines = frames.map(({ milliseconds }, index) => {
    const percent = ((passed / whole) * 100).toFixed(3);
    passed += milliseconds;
    return `${percent}% { transform: translateY(${-index * height}px) }`;
  });
  return [...lines, `100% { transform: translateY(${-(frames.length - 1) * height}px) }`].join('\n');
}

/** Spans at their columns, whatever the width of the font's characters is. */
function lineText(spans: readonly Span[]): string {
  let column = 0;
  const parts = spans.map((span) => {
    const x = SIZE.edge + column * SIZE.character;
    const { length } = [...span.text];
    column += length;
    const wide = length * SIZE.character;
    return `<tspan x="${x.toFixed(1)}" textLength="${wide.toFixed(1)}"${classOf(span)}>${escaped(span.text)}</tspan>`;
  });
  return parts.join('');
}

function classOf({ color, isBold, isDim }: Span): string {
  const names = [...(color === undefined ? [] : [`c${color}`]), ...(isBold ? ['b'] : []), ...(isDim ? ['d'] : [])];
  return names.length === 0 ? '' : ` class="${names.join(' ')}"`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
