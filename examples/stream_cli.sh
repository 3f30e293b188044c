#!/bin/sh
# A dialogue with haforu: one job a line in, one result a line out, fonts stay loaded in between.
# Run from the project's folder: sh examples/stream_cli.sh
set -eu
HAFORU=${HAFORU:-npx haforu}
FONT=node_modules/@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf

{
  echo '{"op": "ping"}'
  printf '{"id": "hello", "font": {"path": "%s", "size": 48}, "text": {"content": "Hello"}, ' "$FONT"
  echo '"rendering": {"format": "metrics", "width": 200, "height": 80}}'
  echo 'a line that is no job is answered with its number'
  echo '{"op": "stats"}'
} | $HAFORU stream || [ $? -eq 1 ] # 1: one of the lines was no job
