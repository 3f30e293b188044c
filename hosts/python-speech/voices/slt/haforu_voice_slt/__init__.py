"""The folder of slt.flitevox, a woman's voice, US English (CMU ARCTIC slt). It has no code: haforu.speech finds the file beside this one."""
