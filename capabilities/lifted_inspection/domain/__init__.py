"""Pure rules of lifted, cross, joint and integrated inspection: words, machines, recusal, who may organise what."""
