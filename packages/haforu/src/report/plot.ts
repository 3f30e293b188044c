// A metric over one or two axes of the design space as a picture: a curve a text, heat maps side by side, or points where the
// places are no grid. Rows in, an SVG, a PNG or an HTML page out. echarts draws, for PNG on @napi-rs/canvas; both are
// loaded when they are needed, and need not be installed otherwise.
import type { EChartsCoreOption } from "echarts/core";
import { HaforuError } from "../engine/errors.ts";
import { escapeHtml } from "./html.ts";

/** One measured place. */
export interface PlotRow {
  readonly text: string;
  readonly coordinates: Readonly<Record<string, number>>;
  /** null: the metric has no value there (no ink, say); it is left out. */
  readonly value: number | null;
}

export interface PlotOptions {
  readonly format: PlotFormat;
  /** What the numbers are, for labels. */
  readonly metric: string;
  /** Above the plot; the file is named here. */
  readonly title: string;
}

export type PlotFormat = "svg" | "png" | "html";

const WIDTH_PX = 960;
const HEIGHT_PX = 560;
const PANEL_PX = 420;
/** Panels beside each other, at most; more go below. */
const PANELS_ACROSS = 3;
/** More texts than this are more than a plot can hold. */
const MOST_PANELS = 60;
const TITLE_PX = 56;
const SCALE_PX = 70;
const FONT = "system-ui, 'DejaVu Sans', Arial, sans-serif";
/** From low to high: dark to light, told apart without colour too (viridis). */
const COLOURS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"];

interface Drawing {
  readonly option: EChartsCoreOption;
  readonly width: number;
  readonly height: number;
}

/**
 * @returns the picture: text for SVG and HTML, bytes for PNG.
 * @throws HaforuError invalid_argument when no axis varies or more than two do; unsupported when a library is not installed.
 */
export async function plot(rows: readonly PlotRow[], options: PlotOptions): Promise<string | Uint8Array> {
  const axes = varyingAxes(rows);
  if (axes.length === 0 || axes.length > 2) {
    const came = axes.length === 0 ? "none does" : `${axes.length} do: ${axes.join(", ")}`;
    throw new HaforuError("invalid_argument", `plot: ${came}; a plot is over one or two axes that vary, so keep the others at one value`, { field: "plot" });
  }
  const texts = [...new Set(rows.map((row) => row.text))];
  if (texts.length > MOST_PANELS) {
    throw new HaforuError("invalid_argument", `plot: ${texts.length} texts; a plot holds at most ${MOST_PANELS}`, { field: "plot" });
  }
  const [first = "", second] = axes;
  const drawing = second === undefined ? curves(rows, texts, first, options) : maps(rows, texts, first, second, options);
  if (options.format === "png") return png(drawing);
  const svg = await svgOf(drawing);
  return options.format === "svg" ? svg : page(svg, options.title);
}

/** The axes on which the rows lie at more than one place. */
function varyingAxes(rows: readonly PlotRow[]): string[] {
  const places = new Map<string, Set<number>>();
  for (const { coordinates } of rows) {
    for (const [tag, value] of Object.entries(coordinates)) {
      const values = places.get(tag) ?? new Set();
      places.set(tag, values.add(value));
    }
  }
  return [...places].filter(([, values]) => values.size > 1).map(([tag]) => tag);
}

const head = (text: string): object => ({ text, left: "center", top: 14, textStyle: { fontFamily: FONT, fontSize: 16, fontWeight: "normal" } });

function curves(rows: readonly PlotRow[], texts: readonly string[], axis: string, { metric, title }: PlotOptions): Drawing {
  const series = texts.map((text) => {
    const data = rows.filter((row) => row.text === text && row.value !== null).map((row) => [row.coordinates[axis] ?? 0, row.value ?? 0]);
    data.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
    return { name: text, type: "line", data, showSymbol: data.length <= 60, symbolSize: 5, progressive: 0 };
  });
  const option = {
    animation: false,
    textStyle: { fontFamily: FONT },
    title: head(title),
    grid: { left: 80, right: texts.length > 1 ? 140 : 40, top: TITLE_PX, bottom: 60 },
    xAxis: { type: "value", name: axis, nameLocation: "middle", nameGap: 30, min: "dataMin", max: "dataMax" },
    yAxis: { type: "value", name: metric, nameLocation: "middle", nameGap: 56, scale: true },
    ...(texts.length > 1 && { legend: { type: "plain", orient: "vertical", right: 10, top: TITLE_PX } }),
    series,
  };
  return { option, width: WIDTH_PX, height: HEIGHT_PX };
}

/** Two axes: a panel a text, all on one scale of colours. Places that are a grid are cells, others points. */
function maps(rows: readonly PlotRow[], texts: readonly string[], across: string, up: string, { title }: PlotOptions): Drawing {
  const values = rows.flatMap((row) => (row.value === null ? [] : [row.value]));
  const places = (axis: string): number[] => [...new Set(rows.map((row) => row.coordinates[axis] ?? 0))].sort((a, b) => a - b);
  const [columns, lines] = [places(across), places(up)];
  const isGrid = rows.length === columns.length * lines.length * texts.length;
  const panelsAcross = Math.min(texts.length, PANELS_ACROSS);
  const panelsDown = Math.ceil(texts.length / panelsAcross);
  const [width, height] = [panelsAcross * PANEL_PX + SCALE_PX + 40, TITLE_PX + panelsDown * PANEL_PX];
  const panels = texts.map((text, i) => {
    const [x, y] = [(i % panelsAcross) * PANEL_PX, TITLE_PX + Math.floor(i / panelsAcross) * PANEL_PX];
    const own = rows.filter((row) => row.text === text && row.value !== null);
    const place = (row: PlotRow): number[] => {
      const [a, b] = [row.coordinates[across] ?? 0, row.coordinates[up] ?? 0];
      return isGrid ? [columns.indexOf(a), lines.indexOf(b), row.value ?? 0] : [a, b, row.value ?? 0];
    };
    const label = { name: across, nameLocation: "middle", nameGap: 28, gridIndex: i };
    const side = { name: up, nameLocation: "middle", nameGap: 46, gridIndex: i };
    return {
      grid: { left: x + 76, top: y + 30, width: PANEL_PX - 100, height: PANEL_PX - 100 },
      title: {
        text,
        left: x + 70 + (PANEL_PX - 100) / 2,
        top: y + 2,
        textAlign: "center",
        textStyle: { fontFamily: FONT, fontSize: 14, fontWeight: "normal" },
      },
      xAxis: isGrid ? { ...label, type: "category", data: columns.map(short) } : { ...label, type: "value", min: "dataMin", max: "dataMax", axisLabel: INNER },
      yAxis: isGrid ? { ...side, type: "category", data: lines.map(short) } : { ...side, type: "value", min: "dataMin", max: "dataMax", axisLabel: INNER },
      series: {
        type: isGrid ? "heatmap" : "scatter",
        xAxisIndex: i,
        yAxisIndex: i,
        data: own.map(place),
        progressive: 0,
        ...(isGrid ? {} : { symbolSize: 8 }),
      },
    };
  });
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const option = {
    animation: false,
    textStyle: { fontFamily: FONT },
    title: [head(title), ...(texts.length > 1 ? panels.map((panel) => panel.title) : [])],
    grid: panels.map((panel) => panel.grid),
    xAxis: panels.map((panel) => panel.xAxis),
    yAxis: panels.map((panel) => panel.yAxis),
    visualMap: {
      min: least,
      max: greatest,
      dimension: 2,
      calculable: false,
      orient: "vertical",
      right: 8,
      top: TITLE_PX + 30,
      itemHeight: 220,
      inRange: { color: COLOURS },
      text: [short(greatest), short(least)],
      textGap: 8,
    },
    series: panels.map((panel) => panel.series),
  };
  return { option, width, height };
}

/** The ends of a sample have long decimals and say little. */
const INNER = { showMinLabel: false, showMaxLabel: false };

const short = (value: number): string => String(Number(value.toPrecision(4)));

type Core = typeof import("echarts/core");

async function charts(): Promise<Pick<Core, "init" | "setPlatformAPI">> {
  try {
    const [core, kinds, components, renderers] = await Promise.all([
      import("echarts/core"),
      import("echarts/charts"),
      import("echarts/components"),
      import("echarts/renderers"),
    ]);
    const { LineChart, HeatmapChart, ScatterChart } = kinds;
    const { GridComponent, LegendComponent, TitleComponent, VisualMapComponent } = components;
    core.use([LineChart, HeatmapChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, VisualMapComponent]);
    core.use([renderers.SVGRenderer, renderers.CanvasRenderer]);
    return core;
  } catch (error) {
    throw missing("echarts", "draws the plots", error);
  }
}

function missing(name: string, what: string, cause: unknown): unknown {
  if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") return cause;
  return new HaforuError("unsupported", `plot: ${name}, which ${what}, is not installed; npm install ${name}`, { cause });
}

async function svgOf({ option, width, height }: Drawing): Promise<string> {
  const { init } = await charts();
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString({ useViewBox: true });
  } finally {
    chart.dispose();
  }
}

/** Twice as many pixels as the SVG has units, as screens have. */
const PIXEL_RATIO = 2;

async function png({ option, width, height }: Drawing): Promise<Uint8Array> {
  const { init, setPlatformAPI } = await charts();
  const { createCanvas } = await import("@napi-rs/canvas").catch((error: unknown) => {
    throw missing("@napi-rs/canvas", "makes PNG of the plots", error);
  });
  const canvas = createCanvas(width * PIXEL_RATIO, height * PIXEL_RATIO);
  const platform = {
    createCanvas: () => createCanvas(32, 32) as unknown as HTMLCanvasElement,
    // the painter leaves what takes over 15 ms to later frames, which nobody waits for here: no time passes for it
    getTime: () => 0,
  };
  setPlatformAPI(platform);
  const chart = init(canvas as unknown as HTMLElement, null, { renderer: "canvas", width, height, devicePixelRatio: PIXEL_RATIO });
  try {
    chart.setOption({ backgroundColor: "#fff", ...option });
    return canvas.toBuffer("image/png");
  } finally {
    chart.dispose();
  }
}

function page(svg: string, title: string): string {
  const style = "body{margin:2rem auto;max-width:80rem;font-family:system-ui,sans-serif}svg{width:100%;height:auto;background:#fff}";
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${style}</style></head>\n<body>${svg}</body></html>\n`;
}
