namespace WaBot.Texts;

/// <summary>The first language. Placeholders stand in braces; both catalogues use the same ones.</summary>
internal static class Indonesian
{
    public static readonly IReadOnlyDictionary<TextKey, string> Texts = new Dictionary<TextKey, string>
    {
        [TextKey.GroupOpenChat] = "Siap! Kita lanjut di chat pribadi ya, biar datamu aman.\n👉 https://wa.me/{bot}?text=%21claim\nKetuk link itu, lalu tekan *kirim*.",

        [TextKey.ClaimStart] = "Halo Kak {name} 👋 Kamu anggota *{group}*, jadi dapat *1 server gratis*.\n\nPilih jenisnya, balas angkanya:\n{templates}\n\nBalas *!batal* kapan saja untuk berhenti.",
        [TextKey.TemplateLine] = "*{number}* {template} – {ram}",
        [TextKey.TemplateBad] = "Pilihan *{input}* tidak ada. {choices} Atau *!batal* untuk berhenti.",
        [TextKey.NameAsk] = "Pilihan: *{template}* 👍\nSekarang buat username untuk login panel.\n• 3–20 huruf, angka, atau garis bawah; awal dan akhir huruf/angka\n• huruf besar disimpan sebagai huruf kecil\n• contoh: `budi_27`\n\nMalas mikir? Balas *0*, kami pilihkan. *!batal* untuk berhenti.",
        [TextKey.NameBad] = "`{input}` belum bisa dipakai: {reason}. Coba misalnya `{suggestion}` – balas *ya* untuk pakai itu, atau ketik yang lain. *!batal* untuk berhenti.",
        [TextKey.NameTaken] = "`{input}` sudah dipakai orang lain. Yang masih kosong: {suggestions}. Balas angka atau ketik yang lain. *!batal* untuk berhenti.",
        [TextKey.Confirm] = "Cek dulu ya:\n• Jenis: *{template}*\n• Username: `{user}`{lowered}\n• Memori {ram}, penyimpanan {disk}\n• Berlaku selama kamu di grup. Kalau keluar, server dihapus *{grace}* kemudian.\n\nBalas *ya* untuk buat, *ubah* untuk ganti, *!batal* untuk berhenti.",
        [TextKey.ConfirmLowered] = " (disimpan huruf kecil)",

        [TextKey.ReasonTooShort] = "terlalu pendek (min. 3)",
        [TextKey.ReasonTooLong] = "terlalu panjang (maks. 20)",
        [TextKey.ReasonSpace] = "ada spasi",
        [TextKey.ReasonSymbol] = "ada simbol selain `_`",
        [TextKey.ReasonEnds] = "awal/akhir harus huruf atau angka",
        [TextKey.ReasonReserved] = "kata ini dicadangkan",

        [TextKey.GateNotMember] = "Maaf, server gratis ini khusus anggota grup *{group}*, dan nomor ini belum kami lihat di sana.\n\nBaru saja masuk? Tunggu 1 menit, lalu kirim *!claim* lagi.\nSudah lama di grup? Balas *!admin*.",
        [TextKey.GateUnknown] = "Keanggotaanmu belum bisa dicek: bot belum dapat jawaban dari WhatsApp. Tunggu 1 menit, lalu balas *{again}* lagi. Masih gagal? Balas *!admin*.",
        [TextKey.GateHasOne] = "Kamu sudah punya server:\n*{name}* – aktif ({template})\nPanel: {panelUrl}\n\nTiap anggota dapat 1. Balas *!status* untuk detail.",
        [TextKey.GateInProgress] = "Servermu *{name}* masih dibuat (langkah {step} dari 4). Sabar ya, nanti dikabari di sini. Balas *!status* kapan saja.",
        [TextKey.GateDeleting] = "Server lamamu *{name}* sedang dihapus. Tunggu beberapa menit, lalu kirim *!claim* lagi.",
        [TextKey.GatePaused] = "Pembuatan server sedang dijeda admin. Server yang sudah ada tetap jalan. Coba *!claim* lagi nanti ya.",

        [TextKey.WorkStart] = "⏳ Membuat server *{name}*\n1 Akun … sedang\n2 Server … menunggu\n3 Instalasi … menunggu\n4 Cek akhir … menunggu\nBiasanya 1–3 menit. Boleh tutup WhatsApp. *!status* untuk melihat kemajuan.",
        [TextKey.WorkRetry] = "⏳ Oke, kami coba lagi membuat server *{name}* dari langkah {step} dari 4. Nanti dikabari di sini. *!status* untuk melihat kemajuan.",
        [TextKey.WorkInstalling] = "⏳ *{name}*: akun dan server sudah ada, sekarang instalasi (langkah 3 dari 4).",
        [TextKey.WorkFinalCheck] = "⏳ *{name}*: instalasi selesai, sekarang cek akhir (langkah 4 dari 4).",
        [TextKey.WorkQueued] = "⏳ *{name}* masuk antrean nomor {position}: {reason}. Begitu ada tempat, lanjut otomatis menurut urutan dan kami kabari di sini. Balas *!status* kapan saja.",
        [TextKey.ReasonNodeFull] = "memori atau penyimpanan server sedang penuh",
        [TextKey.ReasonNoPort] = "semua port sedang dipakai",
        [TextKey.WorkWaiting] = "Panel server sedang gangguan. Permintaanmu untuk *{name}* *sudah disimpan* dan jalan otomatis begitu pulih. Kami kabari di sini.",
        [TextKey.ReadyPassword] = "✅ Server *{name}* sudah jadi!\nPanel: {panelUrl}\nUsername: `{user}`\nPassword sementara: `{pass}`\n\n⚠️ *Ganti sekarang*: Panel → ikon akun → Password. Balas *sudah* kalau selesai, pesan ini kami hapus. Admin tidak pernah minta password.",
        [TextKey.ReadyRemind] = "Sudah ganti password *{name}*? Balas *sudah* dan pesan berisi password kami hapus.",
        [TextKey.FailFinal] = "❌ Server *{name}* belum berhasil dibuat. Permintaanmu kami simpan dan admin sudah diberi tahu.\nBalas *1* coba lagi · *2* minta bantuan admin\nKode: `{ref}`",
        [TextKey.FailStuckInstall] = "❌ Instalasi *{name}* tidak selesai. Admin sudah diberi tahu, jatahmu tetap aman.\nBalas *1* coba lagi · *2* minta bantuan admin\nKode: `{ref}`",

        [TextKey.CancelOk] = "Oke, dibatalkan. Tidak ada yang dibuat. Kirim *!claim* kalau berubah pikiran.",
        [TextKey.CancelTooLate] = "Server sudah mulai dibuat, jadi tidak bisa dibatalkan di tengah jalan. Nanti dikabari di sini; *!status* untuk melihat kemajuan.",
        [TextKey.CancelNothing] = "Tidak ada yang perlu dibatalkan 🙂 Balas *!help* untuk daftar perintah.",
        [TextKey.IdleSaved] = "Tadi kita sampai di *{step}*. Balas *ya* untuk lanjut atau *!claim* untuk mulai baru.",
        [TextKey.StepTemplate] = "pilih jenis server",
        [TextKey.StepName] = "pilih username",
        [TextKey.StepConfirm] = "cek akhir sebelum dibuat",

        [TextKey.Help] = "*Perintah*\n`!claim` buat server\n`!status` lihat servermu\n`!batal` berhenti\n`!lang en` English\n`!admin` bantuan manusia\n\nBot hanya membaca pesan yang diawali tanda seru dan chat pribadi ini.",
        [TextKey.StatusReady] = "*{name}* – aktif\nJenis {template} · memori {ram} · dibuat {date}\nPanel: {panelUrl}\nUsername: `{user}`",
        [TextKey.StatusNone] = "Kamu belum punya server. Kirim *!claim* untuk buat.",
        [TextKey.StatusGrace] = "⚠️ *{name}* akan dihapus {deadline} ({left} lagi) karena kamu keluar dari grup. Masuk lagi untuk menyelamatkan.",
        [TextKey.LanguageSet] = "Oke, mulai sekarang bahasa Indonesia. Balas *!help* untuk daftar perintah.",
        [TextKey.LanguageAsk] = "Bahasa apa? Balas *!lang id* atau *!lang en*.",
        [TextKey.CredentialsHidden] = "Sip 👍 Pesan berisi password kami hapus. Balas *!status* kapan saja.",
        [TextKey.CredentialsNone] = "Tidak ada pesan password yang perlu dihapus. Balas *!status* atau *!help*.",
        [TextKey.AdminCalled] = "Admin sudah diberi tahu dan akan membantu. Sementara itu *!status* dan *!help* tetap bisa dipakai.",

        [TextKey.DontUnderstand] = "Maaf, belum paham. {choices}",
        [TextKey.DontUnderstandExample] = "Maaf, belum paham. {choices}\nContoh: balas *{example}*",
        [TextKey.DontUnderstandHuman] = "Masih belum paham, maaf ya. {choices}\nBalas *!admin* untuk minta bantuan manusia, *!batal* untuk berhenti.",
        [TextKey.ChoicesIdle] = "Kirim *!claim* untuk buat server, *!status* untuk melihat servermu, *!help* untuk semua perintah.",
        [TextKey.ChoicesFailed] = "Balas *1* untuk coba lagi atau *2* untuk minta bantuan admin.",
        [TextKey.ChoicesTemplate] = "Balas angka *{numbers}* ya.",
        [TextKey.ChoicesName] = "Ketik username (3–20 huruf, angka, garis bawah) atau balas *0*.",
        [TextKey.ChoicesConfirm] = "Balas *ya* untuk buat atau *ubah* untuk ganti.",
        [TextKey.ChoicesResume] = "Balas *ya* untuk lanjut atau *!claim* untuk mulai baru.",
        [TextKey.ExampleClaim] = "!claim",

        [TextKey.LeftWhileCreating] = "Kamu keluar dari grup saat server *{name}* dibuat, jadi pembuatannya kami hentikan dan sisa-sisanya dibersihkan. Kalau masuk lagi, kirim *!claim* untuk mulai baru.",
        [TextKey.GraceStart] = "Kamu sudah keluar dari *{group}*.\nServer *{name}* masih jalan, tapi akan *dihapus {deadline}* ({left} lagi).\n\n• Masuk grup lagi → batal dihapus, otomatis\n• Mau ambil file → {panelUrl}\n• Salah? Balas *!admin*",
        [TextKey.GraceCancel] = "Selamat datang kembali 🎉 Server *{name}* *tidak jadi dihapus*.",
        [TextKey.GraceExtended] = "Bot sempat offline, jadi batas hapus *{name}* kami undur ke {deadline}.",
        [TextKey.GraceLastHour] = "Tinggal 1 jam: *{name}* dihapus {deadline}. Masuk grup lagi untuk menyelamatkan.",
        [TextKey.Deleted] = "*{name}* sudah dihapus karena kamu keluar dari {group} lebih dari {grace}. Kalau masuk lagi, kirim *!claim* untuk server baru. Terima kasih sudah pakai 🙏",
        [TextKey.CleanedUp] = "Sisa-sisa server *{name}* sudah dibersihkan. Selama kamu di grup, kirim *!claim* untuk mulai baru.",

        [TextKey.Hour] = "{n} jam",
        [TextKey.Hours] = "{n} jam",
        [TextKey.Minute] = "{n} menit",
        [TextKey.Minutes] = "{n} menit",
        [TextKey.LessThanAMinute] = "kurang dari 1 menit",
        [TextKey.DateAndTime] = "{day} pukul {hour}.{minute} WIB",
    };

    public static readonly IReadOnlyList<string> Months = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
}
