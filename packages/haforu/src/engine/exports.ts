// The exports of haforu.wasm as this host calls them. Pointers and sizes are bytes in the engine's memory; statuses
// are 0 for done, positive for a request to the host, negative for minus an error code of the contract.

export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  hf_abi_version(): number;
  hf_harfbuzz_version(): number;
  hf_alloc(bytes: number): number;
  hf_free(pointer: number): void;
  hf_configure(key: number, value: number): number;
  hf_memory(out: number): void;
  hf_last_error(): number;

  hf_job(line: number, bytes: number, lineNumber: number, flags: number): number;
  hf_jobs(lines: number, table: number, from: number, count: number, flags: number): number;
  hf_rows(): number;
  hf_validate(line: number, bytes: number, lineNumber: number, flags: number): number;
  hf_answer(line: number, bytes: number, lineNumber: number, flags: number, code: number, detail: number, detailBytes: number): number;
  hf_result(): number;
  hf_need(): number;
  hf_image(): number;
  hf_output_done(path: number, pathBytes: number): number;
  hf_output_failed(code: number, detail: number, detailBytes: number): number;
  hf_font_provide(path: number, pathBytes: number, data: number, bytes: number): number;
  hf_picture_provide(path: number, pathBytes: number, data: number, bytes: number): number;
  hf_picture_refuse(code: number, detail: number, detailBytes: number): number;
  hf_font_keep(path: number, pathBytes: number): number;
  hf_font_refuse(code: number, detail: number, detailBytes: number): number;

  hf_document(pointer: number, bytes: number): number;
  hf_document_jobs(): number;
  hf_looks(pointer: number, bytes: number): number;

  hf_font_create(data: number, bytes: number, faceIndex: number): number;
  hf_font_release(font: number): number;
  hf_font_info(font: number): number;
  hf_file_info(data: number, bytes: number): number;
  hf_instance_create(font: number, coords: number, count: number, name: number, nameBytes: number): number;
  hf_instance_release(instance: number): number;
  hf_canvas_create(width: number, height: number, flags: number): number;
  hf_canvas_pixels(canvas: number): number;
  hf_canvas_release(canvas: number): number;
  hf_canvas_resize(canvas: number, width: number, height: number): number;
  hf_shape(instance: number, spec: number): number;
  hf_shape_item(instance: number, spec: number, item: number): number;
  hf_glyphs(): number;
  hf_glyph_line(instance: number, options: number): number;
  hf_render(instance: number, spec: number, placement: number, canvas: number, measures: number): number;
  hf_tables(font: number): number;
  hf_tables_at(): number;
  hf_glyph_names(instance: number): number;
  hf_nominal_glyphs(instance: number, first: number, count: number, out: number): number;
  hf_glyph_metrics(instance: number, first: number, count: number, out: number): number;
  hf_glyph_outline(instance: number, glyph: number): number;
  hf_glyph_render(instance: number, glyph: number, sizePx: number, x: number, y: number, canvas: number): number;
  hf_text_outline(instance: number, spec: number): number;
  hf_used_script(): number;
  hf_script_of(codePoint: number): number;
  hf_measure(instance: number, spec: number, placement: number, measures: number): number;
  hf_measure_extended(instance: number, spec: number, placement: number, measures: number): number;
  hf_gaps_at(): number;

  hf_resize(from: number, fromWidth: number, fromHeight: number, to: number, width: number, height: number): number;
  hf_compare(pictures: number, options: number, out: number): number;
  hf_picture(data: number, bytes: number, out: number): number;
  hf_match(instance: number, options: number, axes: number, axisCount: number, items: number, itemCount: number): number;
  hf_compare_canvases(a: number, b: number, options: number, out: number): number;
  hf_stream_open(instance: number, options: number): number;
  hf_stream_push(stream: number, utf8: number, bytes: number): number;
  hf_stream_push_features(stream: number, text: number, bytes: number): number;
  hf_stream_push_language(stream: number, text: number, bytes: number): number;
  hf_stream_push_script(stream: number, tag: number): number;
  hf_stream_push_direction(stream: number, direction: number): number;
  hf_stream_push_font(stream: number, instance: number): number;
  hf_stream_pop(stream: number, kind: number): number;
  hf_stream_end(stream: number): number;
  hf_stream_pull(stream: number): number;
  hf_stream_flush(): number;
  hf_stream_warnings(): number;
  hf_stream_line(options: number): number;
  hf_stream_stats(stream: number, out: number): number;
  hf_stream_naive_rules(stream: number, rules: number): number;
  hf_stream_close(stream: number): number;
}
