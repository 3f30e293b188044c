"""The folder of kal16.diphones, a man's voice made of diphones, US English (CMU kal, 16 kHz). It has no code: haforu.speech finds the file beside this one."""
