"""The folder of awb.flitevox, a man's voice, Scottish English (CMU ARCTIC awb). It has no code: haforu.speech finds the file beside this one."""
