export declare function lock(path: string): () => void;
