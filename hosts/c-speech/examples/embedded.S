/* A voice's file within a program, as it is: the assembler takes VOICE_FILE, a name given on the command line. */
    .section .rodata
    .global voice_start, voice_end
    .balign 16
voice_start:
    .incbin VOICE_FILE
voice_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
