#!/bin/sh
# A batch from the command line: 26 jobs, one a line, go in; result lines and image files come out.
# Run from the project's folder: sh examples/batch_cli.sh [folder for the output]
set -eu
HAFORU=${HAFORU:-npx haforu}
OUT=${1:-out/batch_cli}
FONT=node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf
mkdir -p "$OUT"

for letter in a b c d e f g h i j k l m n o p q r s t u v w x y z; do
  printf '{"id": "letter-%s", "font": {"path": "%s", "size": 200}, "text": {"content": "%s"}, ' "$letter" "$FONT" "$letter"
  printf '"rendering": {"format": "png", "width": 220, "height": 300, "include": ["metrics", "hash"]}}\n'
done > "$OUT/jobs.jsonl"

# Results go to a file that appears when it is complete; if the run is interrupted, the same line goes on where it was.
$HAFORU batch "$OUT/jobs.jsonl" -o "$OUT/results.jsonl" --out-dir "$OUT/images" --resume --stats

echo "$(wc -l < "$OUT/results.jsonl" | tr -d ' ') results, $(ls "$OUT/images" | wc -l | tr -d ' ') images in $OUT"
