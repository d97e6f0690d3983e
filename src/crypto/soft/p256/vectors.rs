//! Vectors of NIST's CAVP for FIPS 186-3, P-256 with SHA-256: the digests of the messages stand for
//! the messages.

use super::ecdsa::tests::{sign_once, verify};
use super::tests::{point_is_valid, public};

/// SigGen: digest, d, Qx, Qy, k, R, S. The first four.
const SIGN: [[&str; 7]; 4] = [
    [
        "44acf6b7e36c1342c2c5897204fe09504e1e2efb1a900377dbc4e7a6a133ec56",
        "519b423d715f8b581f4fa8ee59f4771a5b44c8130b4e3eacca54a56dda72b464",
        "1ccbe91c075fc7f4f033bfa248db8fccd3565de94bbfb12f3c59ff46c271bf83",
        "ce4014c68811f9a21a1fdb2c0e6113e06db7ca93b7404e78dc7ccd5ca89a4ca9",
        "94a1bbb14b906a61a280f245f9e93c7f3b4a6247824f5d33b9670787642a68de",
        "f3ac8061b514795b8843e3d6629527ed2afd6b1f6a555a7acabb5e6f79c8c2ac",
        "8bf77819ca05a6b2786c76262bf7371cef97b218e96f175a3ccdda2acc058903",
    ],
    [
        "9b2db89cb0e8fa3cc7608b4d6cc1dec0114e0b9ff4080bea12b134f489ab2bbc",
        "0f56db78ca460b055c500064824bed999a25aaf48ebb519ac201537b85479813",
        "e266ddfdc12668db30d4ca3e8f7749432c416044f2d2b8c10bf3d4012aeffa8a",
        "bfa86404a2e9ffe67d47c587ef7a97a7f456b863b4d02cfc6928973ab5b1cb39",
        "6d3e71882c3b83b156bb14e0ab184aa9fb728068d3ae9fac421187ae0b2f34c6",
        "976d3a4e9d23326dc0baa9fa560b7c4e53f42864f508483a6473b6a11079b2db",
        "1b766e9ceb71ba6c01dcd46e0af462cd4cfa652ae5017d4555b8eeefe36e1932",
    ],
    [
        "b804cf88af0c2eff8bbbfb3660ebb3294138e9d3ebd458884e19818061dacff0",
        "e283871239837e13b95f789e6e1af63bf61c918c992e62bca040d64cad1fc2ef",
        "74ccd8a62fba0e667c50929a53f78c21b8ff0c3c737b0b40b1750b2302b0bde8",
        "29074e21f3a0ef88b9efdf10d06aa4c295cc1671f758ca0e4cd108803d0f2614",
        "ad5e887eb2b380b8d8280ad6e5ff8a60f4d26243e0124c2f31a297b5d0835de2",
        "35fb60f5ca0f3ca08542fb3cc641c8263a2cab7a90ee6a5e1583fac2bb6f6bd1",
        "ee59d81bc9db1055cc0ed97b159d8784af04e98511d0a9a407b99bb292572e96",
    ],
    [
        "85b957d92766235e7c880ac5447cfbe97f3cb499f486d1e43bcb5c2ff9608a1a",
        "a3d2d3b7596f6592ce98b4bfe10d41837f10027a90d7bb75349490018cf72d07",
        "322f80371bf6e044bc49391d97c1714ab87f990b949bc178cb7c43b7c22d89e1",
        "3c15d54a5cc6b9f09de8457e873eb3deb1fceb54b0b295da6050294fae7fd999",
        "24fc90e1da13f17ef9fe84cc96b9471ed1aaac17e3a4bae33a115df4e5834f18",
        "d7c562370af617b581c84a2468cc8bd50bb1cbf322de41b7887ce07c0e5884ca",
        "b46d9f2d8c4bf83546ff178f1d78937c008d64e8ecc5cbb825cb21d94d670d89",
    ],
];

/// SigVer: digest, Qx, Qy, R, S, and what is expected. All of them.
const VERIFY: [([&str; 5], bool); 15] = [
    (
        [
            "a82c31412f537135d1c418bd7136fb5fde9426e70c70e7c2fb11f02f30fdeae2",
            "87f8f2b218f49845f6f10eec3877136269f5c1a54736dbdf69f89940cad41555",
            "e15f369036f49842fac7a86c8a2b0557609776814448b8f5e84aa9f4395205e9",
            "d19ff48b324915576416097d2544f7cbdf8768b1454ad20e0baac50e211f23b0",
            "a3e81e59311cdfff2d4784949f7a2cb50ba6c3a91fa54710568e61aca3e847c6",
        ],
        false,
    ),
    (
        [
            "5984eab8854d0a9aa5f0c70f96deeb510e5f9ff8c51befcdc3c41bac53577f22",
            "5cf02a00d205bdfee2016f7421807fc38ae69e6b7ccd064ee689fc1a94a9f7d2",
            "ec530ce3cc5c9d1af463f264d685afe2b4db4b5828d7e61b748930f3ce622a85",
            "dc23d130c6117fb5751201455e99f36f59aba1a6a21cf2d0e7481a97451d6693",
            "d6ce7708c18dbf35d4f8aa7240922dc6823f2e7058cbc1484fcad1599db5018c",
        ],
        false,
    ),
    (
        [
            "44b02ad3088076f997220a68ff0b27a58ecfa528b604427097cce5ca956274c5",
            "2ddfd145767883ffbb0ac003ab4a44346d08fa2570b3120dcce94562422244cb",
            "5f70c7d11ac2b7a435ccfbbae02c3df1ea6b532cc0e9db74f93fffca7c6f9a64",
            "9913111cff6f20c5bf453a99cd2c2019a4e749a49724a08774d14e4c113edda8",
            "9467cd4cd21ecb56b0cab0a9a453b43386845459127a952421f5c6382866c5cc",
        ],
        false,
    ),
    (
        [
            "d1b8ef21eb4182ee270638061063a3f3c16c114e33937f69fb232cc833965a94",
            "e424dc61d4bb3cb7ef4344a7f8957a0c5134e16f7a67c074f82e6e12f49abf3c",
            "970eed7aa2bc48651545949de1dddaf0127e5965ac85d1243d6f60e7dfaee927",
            "bf96b99aa49c705c910be33142017c642ff540c76349b9dab72f981fd9347f4f",
            "17c55095819089c2e03b9cd415abdf12444e323075d98f31920b9e0f57ec871c",
        ],
        true,
    ),
    (
        [
            "b9336a8d1f3e8ede001d19f41320bc7672d772a3d2cb0e435fff3c27d6804a2c",
            "e0fc6a6f50e1c57475673ee54e3a57f9a49f3328e743bf52f335e3eeaa3d2864",
            "7f59d689c91e463607d9194d99faf316e25432870816dde63f5d4b373f12f22a",
            "1d75830cd36f4c9aa181b2c4221e87f176b7f05b7c87824e82e396c88315c407",
            "cb2acb01dac96efc53a32d4a0d85d0c2e48955214783ecf50a4f0414a319c05a",
        ],
        true,
    ),
    (
        [
            "640c13e290147a48c83e0ea75a0f92723cda125ee21a747e34c8d1b36f16cf2d",
            "a849bef575cac3c6920fbce675c3b787136209f855de19ffe2e8d29b31a5ad86",
            "bf5fe4f7858f9b805bd8dcc05ad5e7fb889de2f822f3d8b41694e6c55c16b471",
            "25acc3aa9d9e84c7abf08f73fa4195acc506491d6fc37cb9074528a7db87b9d6",
            "9b21d5b5259ed3f2ef07dfec6cc90d3a37855d1ce122a85ba6a333f307d31537",
        ],
        false,
    ),
    (
        [
            "8a3e7ad7b9b1b0cdc48e58d1e651fe6d710fef1420addeb61582bdd982d2b44c",
            "3dfb6f40f2471b29b77fdccba72d37c21bba019efa40c1c8f91ec405d7dcc5df",
            "f22f953f1e395a52ead7f3ae3fc47451b438117b1e04d613bc8555b7d6e6d1bb",
            "548886278e5ec26bed811dbb72db1e154b6f17be70deb1b210107decb1ec2a5a",
            "e93bfebd2f14f3d827ca32b464be6e69187f5edbd52def4f96599c37d58eee75",
        ],
        false,
    ),
    (
        [
            "d80e9933e86769731ec16ff31e6821531bcf07fcbad9e2ac16ec9e6cb343a870",
            "69b7667056e1e11d6caf6e45643f8b21e7a4bebda463c7fdbc13bc98efbd0214",
            "d3f9b12eb46c7c6fda0da3fc85bc1fd831557f9abc902a3be3cb3e8be7d1aa2f",
            "288f7a1cd391842cce21f00e6f15471c04dc182fe4b14d92dc18910879799790",
            "247b3c4e89a3bcadfea73c7bfd361def43715fa382b8c3edf4ae15d6e55e9979",
        ],
        false,
    ),
    (
        [
            "7c1048884558961c7e178b3a9b22583fca0d17f355a9887e2f96d363d2a776a3",
            "bf02cbcf6d8cc26e91766d8af0b164fc5968535e84c158eb3bc4e2d79c3cc682",
            "069ba6cb06b49d60812066afa16ecf7b51352f2c03bd93ec220822b1f3dfba03",
            "f5acb06c59c2b4927fb852faa07faf4b1852bbb5d06840935e849c4d293d1bad",
            "049dab79c89cc02f1484c437f523e080a75f134917fda752f2d5ca397addfe5d",
        ],
        false,
    ),
    (
        [
            "4c8d1afb724ad0c2ec458d866ac1dbb4497e273bbf05f88153102987e376fa75",
            "224a4d65b958f6d6afb2904863efd2a734b31798884801fcab5a590f4d6da9de",
            "178d51fddada62806f097aa615d33b8f2404e6b1479f5fd4859d595734d6d2b9",
            "87b93ee2fecfda54deb8dff8e426f3c72c8864991f8ec2b3205bb3b416de93d2",
            "4044a24df85be0cc76f21a4430b75b8e77b932a87f51e4eccbc45c263ebf8f66",
        ],
        false,
    ),
    (
        [
            "8581034ec7d7a6b163d71820923f616b362748f2846042c9896d8e4bf7577960",
            "43691c7795a57ead8c5c68536fe934538d46f12889680a9cb6d055a066228369",
            "f8790110b3c3b281aa1eae037d4f1234aff587d903d93ba3af225c27ddc9ccac",
            "8acd62e8c262fa50dd9840480969f4ef70f218ebf8ef9584f199031132c6b1ce",
            "cfca7ed3d4347fb2a29e526b43c348ae1ce6c60d44f3191b6d8ea3a2d9c92154",
        ],
        false,
    ),
    (
        [
            "e5b30e0041a33281210644938d9aaa15ef2c1247b4178f7ca1ee935ce23daabc",
            "9157dbfcf8cf385f5bb1568ad5c6e2a8652ba6dfc63bc1753edf5268cb7eb596",
            "972570f4313d47fc96f7c02d5594d77d46f91e949808825b3d31f029e8296405",
            "dfaea6f297fa320b707866125c2a7d5d515b51a503bee817de9faa343cc48eeb",
            "8f780ad713f9c3e5a4f7fa4c519833dfefc6a7432389b1e4af463961f09764f2",
        ],
        false,
    ),
    (
        [
            "edd72dc0aa91649e09e2489c37ec27efab3b61953762c6b4532a9b1cd08a500d",
            "072b10c081a4c1713a294f248aef850e297991aca47fa96a7470abe3b8acfdda",
            "9581145cca04a0fb94cedce752c8f0370861916d2a94e7c647c5373ce6a4c8f5",
            "09f5483eccec80f9d104815a1be9cc1a8e5b12b6eb482a65c6907b7480cf4f19",
            "a4f90e560c5e4eb8696cb276e5165b6a9d486345dedfb094a76e8442d026378d",
        ],
        false,
    ),
    (
        [
            "0d06ba42d256062e16b319a0f3099109518a765f26bac3b9f56930d965617726",
            "09308ea5bfad6e5adf408634b3d5ce9240d35442f7fe116452aaec0d25be8c24",
            "f40c93e023ef494b1c3079b2d10ef67f3170740495ce2cc57f8ee4b0618b8ee5",
            "5cc8aa7c35743ec0c23dde88dabd5e4fcd0192d2116f6926fef788cddb754e73",
            "9c9c045ebaa1b828c32f82ace0d18daebf5e156eb7cbfdc1eff4399a8a900ae7",
        ],
        false,
    ),
    (
        [
            "41007876926a20f821d72d9c6f2c9dae6c03954123ea6e6939d7e6e669438891",
            "2d98ea01f754d34bbc3003df5050200abf445ec728556d7ed7d5c54c55552b6d",
            "9b52672742d637a32add056dfd6d8792f2a33c2e69dafabea09b960bc61e230a",
            "06108e525f845d0155bf60193222b3219c98e3d49424c2fb2a0987f825c17959",
            "62b5cdd591e5b507e560167ba8f6f7cda74673eb315680cb89ccbc4eec477dce",
        ],
        true,
    ),
];

/// PKV: Qx, Qy, and what is expected. Those with coordinates of 32 octets.
const POINTS: [([&str; 2], bool); 8] = [
    (
        [
            "e0f7449c5588f24492c338f2bc8f7865f755b958d48edb0f2d0056e50c3fd5b7",
            "86d7e9255d0f4b6f44fa2cd6f8ba3c0aa828321d6d8cc430ca6284ce1d5b43a0",
        ],
        true,
    ),
    (
        [
            "f2d1c0dc0852c3d8a2a2500a23a44813ccce1ac4e58444175b440469ffc12273",
            "32bfe992831b305d8c37b9672df5d29fcb5c29b4a40534683e3ace23d24647dd",
        ],
        false,
    ),
    (
        [
            "2c1052f25360a15062d204a056274e93cbe8fc4c4e9b9561134ad5c15ce525da",
            "ced9783713a8a2a09eff366987639c625753295d9a85d0f5325e32dedbcada0b",
        ],
        true,
    ),
    (
        [
            "a40d077a87dae157d93dcccf3fe3aca9c6479a75aa2669509d2ef05c7de6782f",
            "503d86b87d743ba20804fd7e7884aa017414a7b5b5963e0d46e3a9611419ddf3",
        ],
        false,
    ),
    (
        [
            "2633d398a3807b1895548adbb0ea2495ef4b930f91054891030817df87d4ac0a",
            "d6b2f738e3873cc8364a2d364038ce7d0798bb092e3dd77cbdae7c263ba618d2",
        ],
        true,
    ),
    (
        [
            "2fa74931ae816b426f484180e517f5050c92decfc8daf756cd91f54d51b302f1",
            "5b994346137988c58c14ae2152ac2f6ad96d97decb33099bd8a0210114cd1141",
        ],
        true,
    ),
    (
        [
            "f8c6dd3181a76aa0e36c2790bba47041acbe7b1e473ff71eee39a824dc595ff0",
            "9c965f227f281b3072b95b8daf29e88b35284f3574462e268e529bbdc50e9e52",
        ],
        false,
    ),
    (
        [
            "7a81a7e0b015252928d8b36e4ca37e92fdc328eb25c774b4f872693028c4be38",
            "08862f7335147261e7b1c3d055f9a316e4cab7daf99cc09d1c647f5dd6e7d5bb",
        ],
        false,
    ),
];

#[test]
fn sign() {
    for [digest, d, x, y, k, r, s] in SIGN {
        assert_eq!(public(d), [x, y].concat());
        assert_eq!(sign_once(d, digest, k), [r, s].concat());
        assert!(verify(&[x, y].concat(), digest, &[r, s].concat()));
    }
}

#[test]
fn verification() {
    for ([digest, x, y, r, s], valid) in VERIFY {
        assert_eq!(verify(&[x, y].concat(), digest, &[r, s].concat()), valid);
    }
}

#[test]
fn points() {
    for ([x, y], valid) in POINTS {
        assert_eq!(point_is_valid(&[x, y].concat()), valid, "{x}");
    }
}
