# SPDX-License-Identifier: MIT
"""hashcat finds the words behind known hashes: by word lists, with rules, by
masks, many at once."""

import binascii
import hashlib

from client import Client

WORDS = ["hello", "letmein", "correct horse", "password", "swordfish", "123456", "zebra"]
SECRET = "password"


def digest(name, text):
    return hashlib.new(name, text.encode()).hexdigest()


def pbkdf2(text):
    salt = b"saltsalt"
    key = hashlib.pbkdf2_hmac("sha256", text.encode(), salt, 1000)
    encode = lambda data: binascii.b2a_base64(data).decode().strip()
    return f"sha256:1000:{encode(salt)}:{encode(key)}"


# hashcat's mode, its name, the hash of SECRET.
MODES = [
    (0, "MD5", digest("md5", SECRET)),
    (100, "SHA1", digest("sha1", SECRET)),
    (1400, "SHA2-256", digest("sha256", SECRET)),
    (1700, "SHA2-512", digest("sha512", SECRET)),
    # MD4, which hashlib may lack.
    (1000, "NTLM", "8846f7eaee8fb117ad06bdd830b7586c"),
    (10900, "PBKDF2-HMAC-SHA256", pbkdf2(SECRET)),
]


class Hashcat:
    def __init__(self, client):
        self.client = client
        (client.folder / "words").write_text("\n".join(WORDS) + "\n")

    def crack(self, what, mode, hashes, *attack):
        """{hash: word} as hashcat found them."""
        (self.client.folder / "hashes").write_text("\n".join(hashes) + "\n")
        done = self.client.run("hashcat", "--quiet", "--force", "--potfile-disable",
                               "--session", f"t{mode}", "-m", mode, "hashes", *attack,
                               "--outfile-format", "2", timeout=1000,
                               what=f"hashcat succeeds: {what}")
        found = done.stdout_text.split("\n")
        return sorted(word for word in found if word)


def main(client):
    hashcat = Hashcat(client)
    for mode, name, value in MODES:
        found = hashcat.crack(name, mode, [value], "-a", "0", "words")
        client.check(found == [SECRET], f"{name} (mode {mode}) is cracked", found)
    words = ["abc", "fox", "owl", "zzz"]
    found = hashcat.crack("masks", 0, [digest("md5", word) for word in words],
                          "-a", "3", "?l?l?l")
    client.check(found == words, "four MD5s by a mask of three letters", found)


with Client("buffers, constant and local memory, atomics, large programs, 32 and 64 bit "
            "integers") as the_client:
    main(the_client)
