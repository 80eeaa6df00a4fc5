下载凭证包: from the page of an event in 收发台账, one file with its bytes, its place in the chain, both sides' signatures and keys; a stand-alone program
(`contracts/evidence/verify_evidence.py`, cryptography only) says in Chinese and English what it proves and what it does not.
