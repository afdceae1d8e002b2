import { count } from './format.ts';

/** A value with its name. */
export interface ChartRow {
  readonly label: string;
  readonly value: number;
}

/** What a chart shows. */
export interface ChartData {
  readonly title: string;
  /** Columns for labels that have an order, such as years; a list for values by their size. */
  readonly form: 'columns' | 'list';
  /** What the figures count. */
  readonly counts: string;
  readonly rows: readonly ChartRow[];
}

export const WIDTH = 800;
const HEAD = 44;
const INK = '#1c1f1b';
const QUIET = '#5b6158';
const LINE = '#e3e0d6';
const BAR = '#17694c';
const FONT = 'system-ui, Liberation Sans, Arial, sans-serif';
/** Rows of a list that a picture has room for. */
export const MOST_LISTED = 40;
export const MOST_COLUMNS = 200;

/** A chart as a picture by itself: it needs no style sheet, and is readable on white in print. Pure. */
export function chartSvg({ title, form, counts, rows }: ChartData): string {
  return pictureOf(title, counts, form === 'columns' ? columns(rows.slice(-MOST_COLUMNS)) : list(rows.slice(0, MOST_LISTED)));
}

/** A drawing with its title. */
export function pictureOf(title: string, counts: string, { height, parts }: Drawn): string {
  const label = `${title}: ${counts}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(label)}" font-family="${FONT}">`,
    `<title>${escapeXml(label)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 26, title, { size: 16, weight: 600 }),
    ...parts,
    '</svg>',
  ].join('\n');
}

/** Elements of a picture, and the height that they need. */
export interface Drawn {
  readonly height: number;
  readonly parts: readonly string[];
}

/** Where columns are drawn. */
export const PLOT = { left: 64, top: HEAD + 10, bottom: 330, right: WIDTH - 16 } as const;
/** About as many labels as fit under the columns. */
const MOST_LABELS = 16;

function columns(rows: readonly ChartRow[]): Drawn {
  const { y, place, axes } = plotOf(
    rows.map(({ label }) => label),
    Math.max(0, ...rows.map(({ value }) => value)),
  );
  const bars = rows.map(({ label, value }, index) => {
    const { x, width } = place(index);
    return `<rect x="${x}" y="${y(value)}" width="${width}" height="${round(PLOT.bottom - y(value))}" fill="${BAR}"><title>${escapeXml(`${label}: ${count(value)}`)}</title></rect>`;
  });
  return { height: PLOT.bottom + 34, parts: [...axes, ...bars] };
}

/** The scale of columns: the height of a value, the place of a column, and the axes as elements. */
export function plotOf(labels: readonly string[], most: number) {
  const top = niceTop(most);
  const step = (PLOT.right - PLOT.left) / Math.max(1, labels.length);
  const y = (value: number): number => round(PLOT.bottom - (Math.max(0, value) / top) * (PLOT.bottom - PLOT.top));
  const place = (index: number) => ({ x: round(PLOT.left + step * (index + 0.1)), width: round(step * 0.8) });
  const every = Math.ceil(labels.length / MOST_LABELS);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(top * part)}" y2="${y(top * part)}" stroke="${LINE}"/>`,
    text(PLOT.left - 8, y(top * part) + 4, count(top * part), { anchor: 'end', fill: QUIET, size: 12 }),
  ]);
  const names = labels.map((label, index) =>
    (labels.length - 1 - index) % every === 0
      ? text(round(PLOT.left + step * (index + 0.5)), PLOT.bottom + 18, shortened(label, 12), { anchor: 'middle', fill: QUIET, size: 12 })
      : '',
  );
  return { y, place, axes: [...grid, ...names.filter((name) => name !== '')] };
}

const ROW = 26;
const NAMES = 300;

function list(rows: readonly ChartRow[]): Drawn {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const width = WIDTH - NAMES - 100;
  const parts = rows.flatMap(({ label, value }, index) => {
    const y = HEAD + 10 + index * ROW;
    const length = round((Math.max(0, value) / most) * width);
    return [
      text(NAMES - 8, y + 15, shortened(label, 42), { anchor: 'end', size: 13 }),
      `<rect x="${NAMES}" y="${y + 3}" width="${length}" height="${ROW - 9}" fill="${BAR}"/>`,
      text(NAMES + length + 8, y + 15, count(value), { fill: QUIET, size: 12 }),
    ];
  });
  return { height: HEAD + 22 + rows.length * ROW, parts };
}

interface TextStyle {
  readonly anchor?: 'end' | 'middle';
  readonly fill?: string;
  readonly size: number;
  readonly weight?: number;
}

export function text(x: number, y: number, content: string, { anchor, fill = INK, size, weight }: TextStyle): string {
  const more = `${anchor === undefined ? '' : ` text-anchor="${anchor}"`}${weight === undefined ? '' : ` font-weight="${weight}"`}`;
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${more}>${escapeXml(content)}</text>`;
}

/** The next of 1, 2, 5, 10, 20 … that is no less. */
export function niceTop(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= most)!;
}

export const shortened = (label: string, length: number): string => {
  const characters = Array.from(label);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : label;
};

export const round = (value: number): number => Math.round(value * 10) / 10;

/** XML has no control characters. */
export function escapeXml(content: string): string {
  return content
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
