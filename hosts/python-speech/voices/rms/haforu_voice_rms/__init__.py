"""The folder of rms.flitevox, a man's voice, US English (CMU ARCTIC rms). It has no code: haforu.speech finds the file beside this one."""
